//! A text cut in two at a mark. `str::split_once` does the same for more kinds of
//! marks and in linear time, which takes 3 KB; texts and marks are short here.

/// What stands before the first `mark` in `text`, and what behind it.
#[inline(never)]
pub(crate) fn parted<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let mut places = text.as_bytes().windows(mark.len());
    let at = places.position(|place| place == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// The same of the last mark, a byte of ASCII.
#[inline(never)]
pub(crate) fn parted_at_last(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_parted_as_the_standard_library_splits_them() {
        for text in ["", "://", "a://b://c", "a:/b", "余://额", "::///", "a:"] {
            assert_eq!(parted(text, "://"), text.split_once("://"), "{text}");
            assert_eq!(parted_at_last(text, b':'), text.rsplit_once(':'), "{text}");
        }
    }
}
