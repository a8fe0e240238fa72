/** What the service worker says: it runs without a page, so its words are in it, in each language. */

export interface Words {
	/** So many messages stand behind it, of which no text is told. */
	messages(count: number): string;
	mention(sender: string): string;
}

const en: Words = {
	messages: (count) => (count === 1 ? 'A new message' : `${count} new messages`),
	mention: (sender) => `${sender} mentioned you`,
};

const de: Words = {
	messages: (count) => (count === 1 ? 'Eine neue Nachricht' : `${count} neue Nachrichten`),
	mention: (sender) => `${sender} hat dich erwähnt`,
};

const es: Words = {
	messages: (count) => (count === 1 ? 'Un mensaje nuevo' : `${count} mensajes nuevos`),
	mention: (sender) => `${sender} te ha mencionado`,
};

const ar: Words = {
	messages: (count) => {
		const forms: Partial<Record<Intl.LDMLPluralRule, string>> = {
			one: 'رسالة جديدة',
			two: 'رسالتان جديدتان',
			few: `${count} رسائل جديدة`,
		};
		return forms[new Intl.PluralRules('ar').select(count)] ?? `${count} رسالة جديدة`;
	},
	mention: (sender) => `ذكرك ${sender}`,
};

const all: { [language: string]: Words } = { en, de, es, ar };

export function wordsIn(language: string): Words {
	return all[language.slice(0, 2)] ?? en;
}
