/** The sound of a notification: two soft tones, made here, so that nothing is fetched. */

const TONES_HZ = [659.3, 880];
const LONG_S = 0.18;
const LOUD = 0.08;

export function chime(): void {
	if (typeof AudioContext === 'undefined') return;
	const audio = new AudioContext();
	const master = audio.createGain();
	master.connect(audio.destination);
	TONES_HZ.forEach((hz, at) => {
		const tone = audio.createOscillator();
		const gain = audio.createGain();
		const from = audio.currentTime + at * LONG_S * 0.7;
		tone.frequency.value = hz;
		gain.gain.setValueAtTime(0, from);
		gain.gain.linearRampToValueAtTime(LOUD, from + 0.015);
		gain.gain.exponentialRampToValueAtTime(0.0001, from + LONG_S);
		tone.connect(gain).connect(master);
		tone.start(from);
		tone.stop(from + LONG_S);
	});
	setTimeout(() => void audio.close(), 1_000);
}
