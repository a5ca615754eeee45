import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** React Flow as its first example has it: nodes of its own with a word in each, and lines between some. */
const program = (nodes: number): string => `
  import '@xyflow/react/dist/style.css';
  import { ReactFlow, useEdgesState, useNodesState } from '@xyflow/react';
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  const columns = 10;
  const nodes = Array.from({ length: ${nodes} }, (_, index) => ({
    id: String(index),
    data: { label: 'service-' + index },
    position: { x: (index % columns) * 308, y: Math.floor(index / columns) * 166 },
  }));
  const edges = nodes.filter((_, index) => index % 4 === 1).map(({ id }) => ({ id, source: String(id - 1), target: id }));
  function Canvas() {
    const [now, , onNodesChange] = useNodesState(nodes);
    const [lines] = useEdgesState(edges);
    return createElement(ReactFlow, { nodes: now, edges: lines, onNodesChange, fitView: true, minZoom: 0.1 });
  }
  createRoot(document.getElementById('root')).render(createElement(Canvas));
`;

const page = `<!doctype html><html lang="en"><title>bare</title><link rel="stylesheet" href="/bare.css">
<body style="margin:0"><div id="root" style="width:100vw;height:100vh"></div><script type="module" src="/bare.js"></script></body></html>`;

export interface BareCanvas {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A page with nothing but React Flow and so many default nodes: what a canvas of davit's is compared with. */
export async function serveBareCanvas(nodes: number): Promise<BareCanvas> {
  // Below the package: what the program imports is found from there.
  const folder = await mkdtemp(fileURLToPath(new URL('../../.bare-canvas-', import.meta.url)));
  try {
    await writeFile(join(folder, 'bare.js'), program(nodes));
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: {
        outDir: join(folder, 'built'),
        lib: { entry: join(folder, 'bare.js'), formats: ['es'], fileName: 'bare', cssFileName: 'bare' },
      },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const files = new Map([
      ['/', ['text/html', page]],
      ['/bare.js', ['text/javascript', await readFile(join(folder, 'built', 'bare.js'), 'utf8')]],
      ['/bare.css', ['text/css', await readFile(join(folder, 'built', 'bare.css'), 'utf8')]],
    ]);
    const server = createServer((request, response) => {
      const [type, content] = files.get(request.url ?? '/') ?? [];
      if (type === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': type }).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
