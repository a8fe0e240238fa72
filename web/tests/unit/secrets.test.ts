import { describe, expect, it } from 'vitest';
import { forget, foundIn, learn, learnPath, learnText, note } from '../browser/secrets';

describe('what must stand in no log', () => {
	it('is found by line and kind, and is not told', () => {
		learn({ body: { kind: 'message', text: 'the heron stands still' }, code: '1234-5678-9012' });
		learn({ error: 'scope', code: 'scope_moderate_of_a_heron', message: 'No.' });
		learn({ name: 'heron-plan.pdf', size: 7 });
		learn({ name: 'heron-the-user', recovery_codes: ['HERO-NHER-ONHE'] });
		learnText('no JSON: herons');
		learnText('{"password": "heron \\"at the\\" long pond"}');
		learnPath('/hooks/heronsecretheron?x=1');
		note('a token', 'herontokenheron');
		note('a token', '01985b3c-0000-7000-8000-000000000000');
		const log = [
			'all is well, heron-the-user is here: 01985b3c-0000-7000-8000-000000000000',
			'refused: scope_moderate_of_a_heron',
			'said: the heron stands still',
			'path /hooks/heronsecretheron',
			'password: heron \\"at the\\" long pond',
			'in heron-plan.pdf; HERO-NHER-ONHE, 1234-5678-9012',
			'link: http://x/#first=herontokenheron',
		];
		const found = foundIn(log.join('\n')).sort();
		expect(found).toEqual([
			'line 3: a text of a message or a draft',
			'line 4: a secret of a webhook',
			'line 5: a password',
			'line 6: a code of an invitation or of a second factor',
			'line 6: a name of a file',
			'line 6: a recovery code',
		]);
		expect(foundIn('nothing, and žluť')).toEqual([]);
		forget();
		expect(foundIn(log.join('\n'))).toEqual([]);
	});
});
