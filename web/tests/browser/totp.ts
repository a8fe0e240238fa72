import { createHmac } from 'node:crypto';

/** What an authenticator shows (RFC 6238), `steps` of thirty seconds from now. */
export function totp(secret: string, steps = 0): string {
	const bits = [...secret]
		.map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
		.join('');
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
	const time = Buffer.alloc(8);
	time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
	const digest = createHmac('sha1', key).update(time).digest();
	const from = (digest.at(-1) ?? 0) & 15;
	return String((digest.readUInt32BE(from) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}
