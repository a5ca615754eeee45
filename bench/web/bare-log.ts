import type { Browser, Locator } from 'playwright-core';

/** As a browser draws it with the least: as many rows as are seen, each with a number and a text, of which those that come into view are told what to say. */
const program = `(() => {
  const ROW = 18;
  const log = document.getElementById('log');
  const count = Math.ceil(log.clientHeight / ROW) + 1;
  const rows = Array.from({ length: count }, () => {
    const row = log.firstElementChild.appendChild(document.createElement('div'));
    return { row, line: -1, number: row.appendChild(document.createElement('b')).appendChild(new Text()), text: row.appendChild(new Text()) };
  });
  const draw = () => {
    const first = Math.floor(log.scrollTop / ROW);
    for (let line = first; line < first + count; line += 1) {
      const slot = rows[line % count];
      if (slot.line === line) continue;
      slot.line = line;
      slot.row.style.top = line * ROW + 'px';
      slot.number.data = String(line + 1);
      slot.text.data = 'line ' + (line + 1) + ' of a build';
    }
  };
  log.addEventListener('scroll', draw, { passive: true });
  draw();
})()`;

const page = (width: number, height: number): string => `<!doctype html><style>
  body { margin: 0 }
  #log { width: ${width}px; height: ${height}px; overflow: auto; contain: strict; font: 12px/18px monospace; white-space: pre }
  #log > div { position: relative; height: 15000000px }
  #log > div > div { position: absolute; left: 0; right: 0; height: 18px }
  b { display: inline-block; min-width: 9ch; padding-right: 1.5ch; text-align: right; font-weight: normal }
</style><div id="log"><div></div></div>`;

/** A log of the same size, with no more to it than rows whose text is exchanged: what davit's is compared with. */
export async function openBareLog(
  browser: Browser,
  { width, height }: { width: number; height: number },
): Promise<Locator> {
  const opened = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await opened.setContent(page(width, height));
  await opened.evaluate(program);
  return opened.locator('#log');
}
