/** One Server-Sent Event, its data read as JSON. */
export interface ReceivedEvent<T> {
  id: string | undefined;
  event: string | undefined;
  data: T;
}

function parse<T>(frame: string): ReceivedEvent<T> | undefined {
  const fields = new Map<string, string>();
  for (const line of frame.split('\n')) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s);
    if (name !== '') fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get('data');
  return data === undefined
    ? undefined
    : { id: fields.get('id'), event: fields.get('event'), data: JSON.parse(data) as T };
}

/** Follows a stream of Server-Sent Events until the caller stops iterating; `lastEventId` as a browser that reconnects. */
export async function* followEvents<T>(
  url: string,
  options: { token?: string | undefined; lastEventId?: string | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ReceivedEvent<T>> {
  const stop = new AbortController();
  const { token, lastEventId, signal } = options;
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]),
      headers: {
        accept: 'text/event-stream',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    if (response.status !== 200 || response.body === null) throw new Error(`${url}: ${await response.text()}`);
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const event = parse<T>(frame);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    stop.abort();
  }
}
