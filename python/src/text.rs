//! A server's text inside a verdict: a place in the body, decoded when somebody
//! reads it.

use std::borrow::Cow;

use aftercall::Text;

/// Where a text is.
#[derive(Clone, Copy)]
pub(crate) enum TextAt {
    Absent,
    /// In the body that the verdict keeps.
    Inside {
        start: u32,
        end: u32,
        is_escaped: bool,
    },
    /// Among the texts that the verdict keeps beside the body.
    Kept,
}

impl TextAt {
    /// The place of `text` in `body`; `Kept` if it is not there.
    #[inline]
    pub(crate) fn inside(text: Option<&Text<'_>>, body: &[u8]) -> Self {
        let Some(text) = text else {
            return Self::Absent;
        };
        let place = place(text.raw(), body)
            .and_then(|(start, end)| Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?)));
        place.map_or(Self::Kept, |(start, end)| Self::Inside {
            start,
            end,
            is_escaped: text.is_escaped(),
        })
    }

    pub(crate) fn is_kept(self) -> bool {
        matches!(self, Self::Kept)
    }

    /// The text: of `body`, or the one `kept` beside it.
    pub(crate) fn read<'t>(self, body: &'t [u8], kept: Option<&'t str>) -> Option<Cow<'t, str>> {
        match self {
            Self::Absent => None,
            Self::Kept => kept.map(Cow::Borrowed),
            Self::Inside {
                start,
                end,
                is_escaped,
            } => {
                let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
                let raw = body.get(start..end)?;
                Some(if is_escaped {
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
