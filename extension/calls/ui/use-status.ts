import { useEffect, useState } from 'preact/hooks';
import { LastingPort } from '../../platform/lasting-port.ts';
import type { RelayStatus } from '../../platform/messages.ts';

/** The background's connection to the relay; undefined until it has reported it. */
export function useStatus(): RelayStatus | undefined {
  const [status, setStatus] = useState<RelayStatus>();
  useEffect(() => {
    const port = new LastingPort<RelayStatus>('status', { message: setStatus });
    port.connect();
    return () => port.close();
  }, []);
  return status;
}
