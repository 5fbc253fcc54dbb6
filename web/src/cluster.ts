export type NodeState = 'ready' | 'paused' | 'dead' | 'starting';

export interface NodeStatus {
  name: string;
  url: string;
  pid?: number | null;
  state: NodeState;
}

export interface RegionStatus {
  name: string;
  healthy: boolean;
  nodes: NodeStatus[];
}

export interface ClusterStatus {
  gateway: string;
  regions: RegionStatus[];
}

export type FaultAction = 'kill' | 'pause' | 'resume' | 'start' | 'kill-region' | 'start-region' | 'heal';

/** The gateway gave no answer at all: it is stopped, or the connection to it is cut. */
export class GatewayUnreachableError extends Error {
  constructor(cause: unknown) {
    super(`The gateway at ${location.origin} does not answer.`, { cause });
  }
}

/** The gateway answered, and said no; the message is its own. */
export class GatewayRefusalError extends Error {}

// Longer than any answer of a gateway that lives; shorter than a person's patience.
const patienceMilliseconds = 5000;

/** Sends a request to the page's own gateway and reads its JSON. */
export async function callGateway<T>(path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMilliseconds),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    });
  } catch (error) {
    throw new GatewayUnreachableError(error);
  }

  const answer = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  if (!response.ok || answer === null) {
    const { code, message } = answer?.error ?? {};
    const told = message ?? `The gateway answered ${response.status} to ${path}.`;
    throw new GatewayRefusalError(code && !told.includes(code) ? `${code}: ${told}` : told);
  }

  return answer as T;
}

export const readStatus = () => callGateway<ClusterStatus>('/everturn/status');

export const sendFault = (action: FaultAction, target?: string) =>
  callGateway<ClusterStatus>('/everturn/faults', target === undefined ? { action } : { action, target });

const intervalMilliseconds = 600;
const hiddenIntervalMilliseconds = 5000;

/** Reads the status again and again, for as long as the page lives. */
export function watchStatus(onStatus: (status: ClusterStatus) => void, onError: (error: Error) => void): void {
  const tick = async () => {
    try {
      onStatus(await readStatus());
    } catch (error) {
      onError(error as Error);
    }

    setTimeout(tick, document.hidden ? hiddenIntervalMilliseconds : intervalMilliseconds);
  };

  void tick();
}
