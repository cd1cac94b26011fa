//! A server's text inside a verdict: a place in the body, decoded when somebody
//! reads it.

use std::borrow::Cow;

use aftercall::Text;

/// Where a text is: nowhere, in the body that the verdict keeps, or among the
/// texts that it keeps beside the body.
///
/// In one word, which a verdict has ready at once: 32 bits for its start, 31 for
/// its length, and one that says whether it has escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextAt(u64);

impl TextAt {
    pub(crate) const ABSENT: Self = Self(u64::MAX);
    pub(crate) const KEPT: Self = Self(u64::MAX - 1);

    /// No text in a body is as long: what is at the end of the numbers is free.
    const LONGEST: usize = (1 << 31) - 2;

    /// The place of `text` in `body`; `KEPT` if it is not there.
    #[inline]
    pub(crate) fn inside(text: Option<&Text<'_>>, body: &[u8]) -> Self {
        let Some(text) = text else {
            return Self::ABSENT;
        };
        let Some((start, end)) = place(text.raw(), body) else {
            return Self::KEPT;
        };
        if end > Self::LONGEST {
            return Self::KEPT;
        }
        let (start, length) = (start as u64, (end - start) as u64);
        Self(length << 33 | start << 1 | u64::from(text.is_escaped()))
    }

    /// The text: of `body`, or the one `kept` beside it.
    pub(crate) fn read<'t>(self, body: &'t [u8], kept: Option<&'t str>) -> Option<Cow<'t, str>> {
        match self {
            Self::ABSENT => None,
            Self::KEPT => kept.map(Cow::Borrowed),
            Self(place) => {
                let start = usize::try_from(place >> 1 & u64::from(u32::MAX)).ok()?;
                let length = usize::try_from(place >> 33).ok()?;
                let raw = body.get(start..)?.get(..length)?;
                Some(if place & 1 == 1 {
                    Cow::Owned(Text::escaped(raw).chars().collect())
                } else {
                    String::from_utf8_lossy(raw)
                })
            }
        }
    }
}

/// Where in `whole` the very bytes of `part` are, if they are there: by address,
/// which is compared and never followed.
#[inline]
pub(crate) fn place(part: &[u8], whole: &[u8]) -> Option<(usize, usize)> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some((start, end))
}
