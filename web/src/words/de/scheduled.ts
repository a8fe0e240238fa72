import type { Translation } from '../language';
import type { en } from '../scheduled';

export const words: Translation<typeof en> = () => ({
	title: 'Geplant',
	none: 'Nichts ist geplant.',
	noneSub: 'Schreibe etwas und wähle eine Zeit mit dem Pfeil neben „Senden“.',
	loading: 'Wird geladen …',
	in: (room) => `An ${room}`,
	gone: 'einen Raum, in dem du nicht mehr bist',
	sending: 'Wird gesendet …',
	failed: (why) => `Nicht gesendet: ${why}`,
	told: (why) => `Eine geplante Nachricht wurde nicht gesendet: ${why}`,
	doubtful: 'Ob sie gesendet wurde, lässt sich nicht sagen. Sieh im Raum nach.',
	change: 'Ändern',
	sendNow: 'Jetzt senden',
	cancel: 'Nicht senden',
	cancelled: 'Sie wird nicht gesendet.',
	sent: 'Gesendet.',
	text: 'Nachricht',
	when: 'Wann',
	days: { today: 'Heute', tomorrow: 'Morgen', yesterday: 'Gestern' },
	save: 'Speichern',
	saving: 'Speichere …',
	back: 'So lassen, wie es war',
	past: 'Wähle eine Zeit, die mindestens eine Minute und höchstens ein Jahr entfernt ist.',
	empty: 'Eine Nachricht braucht Worte. Um sie aufzugeben, wähle „Nicht senden“.',
});
