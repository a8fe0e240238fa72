import type { Translation } from '../language';
import type { en } from '../refused';

export const words: Translation<typeof en> = () => ({
	codes: {
		bad_request: (said) => `So nimmt der Server das nicht an: „${said}“`,
		unknown_kind: 'Das kennt der Server noch nicht.',
		too_large: 'Das ist größer, als der Server es annimmt.',
		unauthorized: 'Du bist nicht mehr angemeldet.',
		forbidden: 'Das darfst du hier nicht.',
		not_found: 'Das gibt es nicht, oder du darfst es nicht sehen.',
		not_member: 'Du bist nicht mehr in diesem Raum.',
		banned: (said) => `Wer aus dem Raum verbannt ist, kommt nicht hinein: „${said}“`,
		scope_read: 'Dieses Token darf nicht lesen.',
		scope_send: 'Dieses Token darf nicht senden.',
		scope_rooms: 'Dieses Token darf nichts an Räumen tun.',
		scope_moderate: 'Dieses Token darf nicht moderieren.',
		taken: 'Der Name ist vergeben.',
		out_of_order:
			'Eine spätere Nachricht dieses Geräts ist schon da, darum wurde diese aufgegeben.',
		full: 'Mehr geht nicht: Das Konto oder der Raum hat so viele davon wie möglich.',
		archived: 'Der Raum ist archiviert. Er kann gelesen werden, geschrieben wird nichts mehr.',
		doubtful: 'Ob es geschehen ist, ist nicht bekannt. Dasselbe noch einmal wird es zeigen.',
		too_old:
			'Der Raum wurde auf dem Server zurückgesetzt. Ob das angekommen ist, ist nicht bekannt.',
		busy: 'Es wartet schon zu viel auf eine Antwort. Versuch es gleich noch einmal.',
		slow: 'Langsamer Modus: Das kommt zu bald nach deiner letzten Nachricht.',
		unavailable: 'Der Speicher des Servers antwortet nicht. Versuch es gleich noch einmal.',
		internal: 'Der Server hat versagt. Warum, steht in seinem Protokoll.',
	},
	names: {
		'account deactivated': 'Dieses Konto ist abgeschaltet.',
		'code needed': 'Es braucht einen Code deines zweiten Faktors.',
		'files are off': 'Dieser Server nimmt keine Dateien an.',
		'no picture': 'Das ist kein Bild, das der Server lesen kann.',
		'not an administrator': 'Das ist nur für Administratoren.',
		'sign up is by invitation': 'Wer hier ein Konto möchte, braucht eine Einladung.',
		'sign up is closed': 'Dieser Server legt keine neuen Konten an.',
		'wrong code': 'Der Code stimmt nicht.',
		'wrong password': 'Das Passwort stimmt nicht.',
	},
});
