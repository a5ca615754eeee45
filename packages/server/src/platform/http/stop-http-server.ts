import type { FastifyInstance } from 'fastify';

/**
 * Stops in order: readiness says so and streams are told to end, no new connection, requests under way are answered, the rest is cut at the deadline.
 * Resolves when the last connection is closed. Returns whether nothing had to be cut.
 */
export async function stopHttpServer(app: FastifyInstance, deadlineMs: number): Promise<boolean> {
  let cut = false;
  const deadline = setTimeout(() => {
    cut = true;
    app.server.closeAllConnections();
  }, deadlineMs);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
  return !cut;
}
