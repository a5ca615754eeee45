import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { chromium } from 'playwright-core';

/** Where Debian puts it; another machine says where its own is. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** The digest by which Chromium is told to believe in a certificate that no public authority has issued. */
async function publicKeyDigest(host: string, port: number, ca: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: host, ca });
  await once(socket, 'secureConnect');
  const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** What a browser that is told to use HTTP/3 gets on this machine: the page's text, and the protocol by which it came. */
export async function openByHttp3(host: string, port: number, ca: string): Promise<{ text: string; protocol: string }> {
  const digest = await publicKeyDigest(host, port, ca);
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--enable-quic',
      `--origin-to-force-quic-on=${host}:${port}`,
      `--host-resolver-rules=MAP ${host} 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${digest}`,
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`https://${host}:${port}/`);
    const [text, protocol] = await Promise.all([
      page.locator('html').textContent(),
      // In the browser's words, which the types of Node do not know.
      page.evaluate<string>("performance.getEntriesByType('navigation')[0].nextHopProtocol"),
    ]);
    return { text: text ?? '', protocol };
  } finally {
    await browser.close();
  }
}
