import { h, render } from 'preact';
import { orderByIife } from './iife-local.js';
import { orderByClosure } from './in-closure.js';
import { orderByVm } from './in-vm.js';
import { orderByPrivateMethod } from './private-method.js';

/**
 * A page with one button for each place that its encrypt function can be in; no global leads to any of them. `#version` is
 * the folder of one version of the site.
 */
async function start() {
  const [{ orderByExport }, { orderBySigner }] = await Promise.all([
    import('#version/checkout.js'),
    import('#version/voucher.js'),
  ]);
  const orders = {
    closure: orderByClosure,
    'private-method': orderByPrivateMethod,
    iife: orderByIife,
    vm: orderByVm,
    exported: orderByExport,
    signer: orderBySigner,
  };
  const text = h('input', { id: 'text', value: 'an order' });
  const buttons = Object.entries(orders).map(([place, order]) =>
    h('button', { id: place, key: place, onClick: () => show(order) }, `Order by ${place}`),
  );
  render(h('main', null, text, buttons, h('output', { id: 'answer' })), document.body);
  document.documentElement.dataset.ready = 'yes';
}

/** Shows what the page itself gets, which is what a call from outside has to get too. */
async function show(order) {
  const { sign } = await order(document.getElementById('text').value);
  document.getElementById('answer').textContent = sign;
}

void start();
