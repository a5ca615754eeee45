import { type EngineClient, EngineError, EngineHangsError } from '@davit/agent/engine';
import { runtimeErrors } from '../runtime-errors.ts';

const hangHint =
  'Look at its log (`journalctl -u docker`), and restart it (`systemctl restart docker`): davit goes on by itself when it answers.';

/** An engine whose silence is told in davit's own words; what it answers stays an EngineError. */
export function explainEngine(engine: EngineClient): EngineClient {
  async function explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 0) throw error;
      const hint = error instanceof EngineHangsError ? hangHint : undefined;
      throw runtimeErrors.RUNTIME_UNREACHABLE({ message: error.message, hint, cause: error, away: true });
    }
  }
  return {
    call: (path, options) => explained(engine.call(path, options)),
    stream: (path, options) => explained(engine.stream(path, options)),
    upgrade: (path, options) => explained(engine.upgrade(path, options)),
    close: () => engine.close(),
  };
}
