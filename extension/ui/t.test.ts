import { expect, it, vi } from 'vitest';
import { t } from './t.ts';

const getMessage = vi.hoisted(() => vi.fn((key: string, values: string[]) => [key, ...values].join(' ')));
vi.mock('webextension-polyfill', () => ({ default: { i18n: { getMessage } } }));

it('looks up a text and passes its values in the order of the placeholders', () => {
  expect(t('cancel')).toBe('cancel');
  expect(t('statusRetryIn', { seconds: 5 })).toBe('statusRetryIn 5');
  expect(t('nameTaken', { site: 'https://shop.example', name: 'encrypt' })).toBe(
    'nameTaken encrypt https://shop.example',
  );
});
