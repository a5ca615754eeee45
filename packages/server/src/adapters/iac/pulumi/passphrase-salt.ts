import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

/** As Pulumi derives the key of a stack (sdk/go/common/resource/config, NewSymmetricCrypterFromPassphrase). */
const iterations = 1_000_000;
const pattern = /^v1:([A-Za-z0-9+/=]{1,64}):v1:([A-Za-z0-9+/=]{16}):([A-Za-z0-9+/=]{1,128})$/;
/** What Pulumi encrypts to know a passphrase again. */
const known = 'pulumi';
const tagLength = 16;

/** Whether this passphrase is that of a salt: `v1:SALT:v1:NONCE:TEXT`, in base64, by AES-256-GCM. Takes half a second. */
export async function opensSalt(text: string, passphrase: string): Promise<boolean> {
  const [, salt, nonce, sealed] = pattern.exec(text) ?? [];
  if (salt === undefined || nonce === undefined || sealed === undefined) return false;
  const key = await promisify(pbkdf2)(passphrase, Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length <= tagLength) return false;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    const opened = Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]);
    return opened.toString('utf8') === known;
  } catch {
    return false;
  }
}
