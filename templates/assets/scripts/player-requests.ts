/** Requests of the player: each ends in time, because a dead connection (a tunnel, a sleeping phone) answers never. */

const LONGEST_WAIT_MS = 15_000;

export interface Sending {
  headers?: Record<string, string>;
  /** The request outlives its page. */
  keepalive?: boolean;
}

/** Send JSON; throws when there is no network, or no answer in time. */
export async function send(url: string, body: object, { headers = {}, keepalive = false }: Sending = {}): Promise<Response> {
  const waiting = new AbortController();
  const timer = keepalive ? 0 : window.setTimeout(() => waiting.abort(), LONGEST_WAIT_MS);
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      credentials: "same-origin",
      keepalive,
      signal: waiting.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}
