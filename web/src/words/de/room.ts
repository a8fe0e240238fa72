import type { Translation } from '../language';
import type { en } from '../room';

export const words: Translation<typeof en> = ({ count, several, all }) => {
	const either = new Intl.ListFormat('de', { type: 'disjunction' });
	const listed = (list: readonly string[]) =>
		list.length > 4 ? all([...list.slice(0, 3), `${count(list.length - 3)} weitere`]) : all(list);
	return {
		title: 'Über den Raum',
		name: 'Name',
		topic: 'Thema',
		beginning: 'Schreibe die erste Nachricht, oder füge jemanden hinzu.',
		addPeople: 'Leute hinzufügen',
		setTopic: 'Ein Thema setzen',
		noTopic: 'Noch kein Thema',
		about: 'Beschreibung',
		noAbout: 'Über diesen Raum steht hier noch nichts',
		kinds: {
			public: 'Offen für alle hier',
			private: 'Privat: Man kommt auf Einladung',
			broadcast: 'Offen für alle hier; wenige schreiben',
			direct: 'Zwischen euch beiden',
			group: 'Eine Gruppe ohne Namen',
		},
		archived: 'Archiviert: Man kann ihn lesen, und nichts mehr wird geschrieben.',
		copyLink: 'Link zum Raum kopieren',
		roomLink: 'der Link des Raums',

		notify: 'Benachrichtige mich über',
		levels: { all: 'Alles', mentions: 'Erwähnungen', none: 'Nichts' },
		levelHints: {
			all: 'Jede Nachricht',
			mentions: 'Nachrichten, die dich oder alle nennen',
			none: 'Bleibt still; Ungelesenes ist trotzdem zu sehen',
		},
		mute: 'Stummschalten',
		muteNot: 'Nicht stumm',
		muteHour: 'Für eine Stunde',
		muteDay: 'Bis morgen um 8',
		muteWeek: 'Für eine Woche',
		muteAsIs: (time) => `Bis ${time}`,

		members: 'Mitglieder',
		find: 'Ein Mitglied finden',
		noMember: (words) => `Der Name keines Mitglieds beginnt mit „${words}“.`,
		you: '(du)',
		bot: 'Bot',
		roles: { guest: 'Gast', member: 'Mitglied', moderator: 'Moderator', owner: 'Besitzer' },
		actions: (name) => `Was man mit ${name} tun kann`,
		role: 'Rolle',
		roleHints: {
			guest: 'Liest, schreibt und reagiert',
			member: 'Lädt auch ein',
			moderator: 'Entfernt, sperrt und löscht auch, und ändert, was über den Raum gesagt wird',
			owner: 'Darf alles',
		},
		write: 'Direkt schreiben',
		remove: (name) => `${name} entfernen`,
		ban: (name) => `${name} sperren`,
		removeSub: 'Wiederkommen ist möglich, wenn der Raum es zulässt.',
		banSub: 'Wiederkommen ist nicht möglich, bis die Sperre endet.',
		reason: 'Grund',
		reasonHint: 'Alle im Raum können ihn lesen. Darf leer bleiben.',
		until: 'Sie endet',
		untils: {
			never: 'Wenn sie aufgehoben wird',
			hour: 'In einer Stunde',
			day: 'In einem Tag',
			week: 'In einer Woche',
			month: 'In 30 Tagen',
		},
		doRemove: 'Entfernen',
		doBan: 'Sperren',
		add: 'Jemanden hinzufügen',
		addName: 'Name',
		added: (list) => `${listed(list)} ${list.length === 1 ? 'ist' : 'sind'} dabei.`,

		bans: 'Sperren',
		noBans: 'Niemand ist gesperrt.',
		banned: (since, until) =>
			until ? `seit ${since}, bis ${until}` : `seit ${since}, bis sie aufgehoben wird`,
		lift: 'Sperre aufheben',
		liftOf: (name) => `Die Sperre von ${name} aufheben`,
		banByName: 'Jemanden sperren, der nicht im Raum ist',
		banName: 'Name, der gesperrt wird',

		links: 'Einladungslinks',
		linksSub: 'Wer hier ein Konto und den Link hat, kommt herein.',
		noLinks: 'Es gibt keine Links.',
		uses: 'Für wie viele Menschen',
		good: 'Gültig für',
		goods: { hour: 'eine Stunde', day: 'einen Tag', week: 'eine Woche', month: '30 Tage' },
		make: 'Link anlegen',
		theLink: 'Einladungslink',
		linkOnce: 'Er wird nur dieses eine Mal gezeigt. Wer ihn hat, kommt herein.',
		linkLine: (by, used, uses, until) =>
			`${by} · ${count(used)} von ${count(uses)} benutzt · bis ${until}`,
		revoke: 'Widerrufen',
		revokeOf: (by) => `Den Link von ${by} widerrufen`,
		usesWrong: 'Eine ganze Zahl von 1 bis 1.000.',

		slow: 'Langsamer Modus',
		slowSub: 'Wie lange alle außer Moderatoren zwischen zwei Nachrichten warten.',
		slowOff: 'Aus',
		seconds: (n) =>
			n < 60
				? several(n, { one: '# Sekunde', other: '# Sekunden' })
				: n < 3_600
					? several(n / 60, { one: '# Minute', other: '# Minuten' })
					: several(n / 3_600, { one: '# Stunde', other: '# Stunden' }),

		hooks: 'Webhooks',
		hooksSub:
			'Programme schreiben über eine Adresse in den Raum, oder erfahren, was hier geschieht.',
		noHooks: 'Es gibt keine Webhooks.',
		hookName: 'Name',
		hookNameExample: 'Zum Beispiel Build',
		direction: 'Was er tut',
		wayIn: 'Schreibt in den Raum',
		wayOut: 'Erfährt, was geschieht',
		isIn: 'schreibt hier',
		isOut: (url) => `erfährt es unter ${url}`,
		url: 'Adresse',
		urlExample: 'https://example.org/told',
		makeHook: 'Webhook anlegen',
		hookAddress: 'Adresse, an die gesendet wird',
		hookSecret: 'Geheimnis der Signatur',
		hookOnce: 'Es wird nur dieses eine Mal gezeigt. Wer es hat, handelt als dieser Webhook.',
		rename: 'Umbenennen',
		renameIt: (name) => `${name} umbenennen`,
		delete: 'Löschen',
		deleteIt: (name) => `${name} löschen`,
		reallyDelete: (name) =>
			`${name} löschen? Niemand schreibt mehr darüber, und nichts wird mehr gesendet.`,
		resume: 'Fortsetzen',
		resumeIt: (name) => `${name} fortsetzen`,
		suspended: 'Ausgesetzt',
		why: {
			failing: 'Seine Adresse hat einen Tag lang abgelehnt.',
			gone: 'Seine Adresse hat gesagt, dass es sie nicht mehr gibt.',
			maker: 'Wer ihn angelegt hat, ist hier kein Moderator mehr.',
		},
		failures: (n, error) =>
			`${several(n, { one: '# Fehlschlag', other: '# Fehlschläge' })}: ${error}`,

		rights: 'Wer was darf',
		rightsSub: 'Wer die Rolle hat, oder eine höhere, darf es.',
		right: 'Was',
		from: 'Wer',
		rightTo: {
			write: 'Schreiben',
			react: 'Reagieren',
			everyone: 'Alle erwähnen',
			pin: 'Nachrichten anheften',
			invite: 'Leute hereinholen',
			describe: 'Namen, Bild, Thema und Beschreibung ändern',
		},
		rightFrom: {
			guest: 'Alle',
			member: 'Mitglieder',
			moderator: 'Moderatoren',
			owner: 'Besitzer',
		},

		archive: 'Den Raum archivieren',
		archiveSub:
			'Man kann ihn lesen, und nichts mehr wird geschrieben, bis ein Besitzer ihn wieder öffnet.',
		doArchive: 'Archivieren',
		reopen: 'Den Raum wieder öffnen',

		leave: 'Raum verlassen',
		leaving: 'Verlasse …',
		leaveOpen: 'Du kannst jederzeit zurückkommen: Der Raum ist offen.',
		leaveClosed: 'Nur ein Mitglied kann dich wieder hereinlassen.',
		leaveOnly: (list) => `Nur ${either.format(list)} kann dich wieder hereinlassen.`,
		leaveAlone: 'Du bist hier die letzte Person: Niemand könnte dich wieder hereinlassen.',
		lastOwner: (name) =>
			`Nur du bist hier Besitzer. Wenn du gehst, geht der Besitz an ${name || 'ein anderes Mitglied'} über. Soll es jemand anders sein, mache erst diese Person zum Besitzer.`,
		reallyLeave: 'Verlassen',
		stay: 'Bleiben',
	};
};
