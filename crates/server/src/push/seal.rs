//! How what is pushed is sealed, so that only the browser reads it (RFC 8291, by the coding of RFC 8188), and how a push
//! service knows who pushes (VAPID, RFC 8292).

use aes_gcm::{Aes128Gcm, KeyInit, Nonce, aead::Aead};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hkdf::Hkdf;
use p256::{
    PublicKey, SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use serde_json::json;
use sha2::Sha256;

/// One record holds all; what is pushed is shorter.
const RECORD_BYTES: u32 = 4_096;
/// The most that is sealed: what push services take (4,096 bytes) without the header, the tag and the delimiter.
pub(super) const PLAIN_BYTES_MAX: usize = 3_900;
/// How long a word to a push service counts: at most a day by RFC 8292.
const GOOD_S: u64 = 12 * 60 * 60;

/// Why something cannot be sealed for a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SealError(&'static str);

/// A browser's keys.
#[derive(Debug, Clone)]
pub struct BrowserKeys {
    public: PublicKey,
    auth: [u8; 16],
}

impl BrowserKeys {
    /// Reads them as a browser gives them: base64url, with or without padding.
    ///
    /// # Errors
    /// They are no such keys.
    pub fn read(p256dh: &str, auth: &str) -> Result<Self, SealError> {
        let public = decode(p256dh).and_then(|bytes| PublicKey::from_sec1_bytes(&bytes).ok());
        let auth = decode(auth).and_then(|bytes| bytes.try_into().ok());
        Ok(Self {
            public: public.ok_or(SealError(
                "`p256dh` is no public key of P-256, in base64url",
            ))?,
            auth: auth.ok_or(SealError("`auth` is no secret of 16 bytes, in base64url"))?,
        })
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text.trim_end_matches('=')).ok()
}

/// A new secret key. One of these bytes in 2^32 is none; then the next is drawn.
pub(super) fn new_key(mut bytes: impl FnMut() -> [u8; 32]) -> SecretKey {
    loop {
        if let Ok(key) = SecretKey::from_slice(&bytes()) {
            return key;
        }
    }
}

/// Seals a text for a browser, with a key and a salt that are used for nothing else.
pub(super) fn seal(
    plain: &[u8],
    to: &BrowserKeys,
    key: &SecretKey,
    salt: [u8; 16],
) -> Result<Vec<u8>, SealError> {
    let failed = |_| SealError("it cannot be sealed");
    if plain.len() > PLAIN_BYTES_MAX {
        return Err(SealError("it is too long to be pushed"));
    }
    let (own, theirs) = (key.public_key().to_sec1_bytes(), to.public.to_sec1_bytes());
    let shared = p256::ecdh::diffie_hellman(key.to_nonzero_scalar(), to.public.as_affine());
    let mut secret = [0; 32];
    let info = [b"WebPush: info\0".as_slice(), &theirs, &own].concat();
    Hkdf::<Sha256>::new(Some(&to.auth), shared.raw_secret_bytes())
        .expand(&info, &mut secret)
        .map_err(|_| SealError("it cannot be sealed"))?;
    let derived = Hkdf::<Sha256>::new(Some(&salt), &secret);
    let (mut content_key, mut nonce) = ([0; 16], [0; 12]);
    derived
        .expand(b"Content-Encoding: aes128gcm\0", &mut content_key)
        .map_err(|_| SealError("it cannot be sealed"))?;
    derived
        .expand(b"Content-Encoding: nonce\0", &mut nonce)
        .map_err(|_| SealError("it cannot be sealed"))?;
    // The delimiter of the last record, and no padding.
    let record = [plain, &[2]].concat();
    let sealed = Aes128Gcm::new(&content_key.into())
        .encrypt(&Nonce::from(nonce), record.as_slice())
        .map_err(failed)?;
    let mut body = salt.to_vec();
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(own.len()).unwrap_or_default());
    body.extend(&*own);
    body.extend(sealed);
    Ok(body)
}

/// The installation's key towards push services.
pub struct Vapid {
    key: SigningKey,
    contact: Option<String>,
}

impl Vapid {
    /// Reads it as it is kept. `contact`: whom a push service asks when something is wrong, a `mailto:` or `https:` address.
    ///
    /// # Errors
    /// It is no key.
    pub fn read(private: &str, contact: Option<String>) -> Result<Self, SealError> {
        let key = decode(private).and_then(|bytes| SigningKey::from_slice(&bytes).ok());
        Ok(Self {
            key: key.ok_or(SealError("the kept key is none of P-256"))?,
            contact,
        })
    }

    /// The public key, as a browser takes it for `applicationServerKey`.
    pub fn public(&self) -> String {
        BASE64URL.encode(self.key.verifying_key().to_sec1_point(false).as_bytes())
    }

    /// What goes into `Authorization` towards a push service of this origin.
    pub(super) fn authorization(&self, origin: &str, now_s: u64) -> String {
        let mut claims = json!({ "aud": origin, "exp": now_s + GOOD_S });
        if let Some(contact) = &self.contact {
            claims["sub"] = json!(contact);
        }
        let header = BASE64URL.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{header}.{}", BASE64URL.encode(claims.to_string()));
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = BASE64URL.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public())
    }
}

/// A key as it is kept.
pub(super) fn kept(key: &SecretKey) -> String {
    BASE64URL.encode(key.to_bytes())
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{VerifyingKey, signature::Verifier};
    use serde_json::Value;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL.decode(text).unwrap()
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn what_is_sealed_is_that_of_rfc_8291_byte_for_byte() {
        let to = BrowserKeys::read(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        );
        let key = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let key = key.unwrap();
        let own = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        assert_eq!(BASE64URL.encode(key.public_key().to_sec1_bytes()), own);
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let plain = b"When I grow up, I want to be a watermelon";
        let sealed = seal(plain, &to.unwrap(), &key, salt).unwrap();
        let expected = concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml",
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT",
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        assert_eq!(BASE64URL.encode(&sealed), expected);
        assert_eq!(sealed.len(), 144);
    }

    #[test]
    fn keys_that_are_none_and_texts_that_are_too_long_are_refused() {
        let good = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        assert!(BrowserKeys::read(good, &format!("{auth}==")).is_ok());
        assert!(BrowserKeys::read("", auth).is_err());
        // A point that is not on the curve.
        let off = good.replace("Aiw4", "Aiw8");
        assert!(BrowserKeys::read(&off, auth).is_err());
        assert!(BrowserKeys::read(good, "c2hvcnQ").is_err());
        let to = BrowserKeys::read(good, auth).unwrap();
        let key = new_key(|| [7; 32]);
        let long = vec![b'x'; PLAIN_BYTES_MAX];
        let sealed = seal(&long, &to, &key, [1; 16]).unwrap();
        assert!(sealed.len() <= 4_096);
        assert!(seal(&[long, vec![b'x']].concat(), &to, &key, [1; 16]).is_err());
    }

    #[test]
    fn a_word_to_a_push_service_is_signed_for_its_origin_and_ends() {
        let key = new_key(|| [9; 32]);
        let contact = Some("mailto:ops@example.org".to_owned());
        let vapid = Vapid::read(&kept(&key), contact).unwrap();
        let word = vapid.authorization("https://push.example.org", 1_000);
        let (token, public) = word
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        assert_eq!(public, vapid.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let verifying = VerifyingKey::from_sec1_bytes(&bytes(public)).unwrap();
        let signature = Signature::from_slice(&bytes(signature)).unwrap();
        verifying.verify(signed.as_bytes(), &signature).unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| serde_json::from_slice::<Value>(&bytes(part)).unwrap();
        assert_eq!(read(header), json!({"typ": "JWT", "alg": "ES256"}));
        let expected = json!({
            "aud": "https://push.example.org",
            "exp": 1_000 + GOOD_S,
            "sub": "mailto:ops@example.org",
        });
        assert_eq!(read(claims), expected);
        assert!(Vapid::read("nonsense", None).is_err());
    }
}
