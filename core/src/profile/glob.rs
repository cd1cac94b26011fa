//! Globs: patterns with gaps, for codes and for the paths of requests.
//!
//! Both are matched in one pass with one place to go back to, which is enough
//! for patterns of this kind: no text makes it exponential.

use crate::parted::parted;

/// As long as a pattern may be, in bytes.
pub(crate) const MAX_LENGTH: usize = 256;

/// A pattern for one run of text: `*` stands for any characters, also none,
/// `?` for one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glob(Vec<char>);

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.chars().collect())
    }

    /// What every text begins with that the pattern matches.
    pub(crate) fn literal_prefix(&self) -> impl Iterator<Item = char> {
        self.0.iter().copied().take_while(|&token| !is_gap(token))
    }

    /// Whether nothing stands behind the prefix but one `*`.
    pub(crate) fn is_prefix(&self) -> bool {
        let mut tokens = self.0.iter().skip_while(|&&token| !is_gap(token));
        tokens.next() == Some(&'*') && tokens.next().is_none()
    }

    pub(crate) fn matches(&self, text: impl Iterator<Item = char> + Clone) -> bool {
        run(
            &self.0,
            text,
            |token, character| *token == '?' || *token == character,
            |token| *token == '*',
        )
    }
}

const fn is_gap(token: char) -> bool {
    matches!(token, '*' | '?')
}

/// A pattern for the path of a request: `*` and `?` stay within one segment,
/// a segment `**` stands for any number of them, also none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathGlob {
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Any,
    Literal(String),
    Glob(Glob),
}

impl PathGlob {
    /// What a path's pattern must be, for whoever wrote one that is none.
    pub(crate) const ALLOWED: &'static str =
        "a path that begins with / and has ** only as a whole segment";

    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let pattern = pattern.strip_prefix('/')?;
        let mut segments = Vec::new();
        for segment in pattern.split('/') {
            segments.push(match segment {
                "**" => Segment::Any,
                _ if parted(segment, "**").is_some() || segment.contains(['#', ' ']) => {
                    return None;
                }
                _ if segment.contains(is_gap) => Segment::Glob(Glob::new(segment)),
                _ => Segment::Literal(segment.to_owned()),
            });
        }
        Some(Self { segments })
    }

    /// Whether the path fits, without its query: what stands behind `?` or `#`
    /// is not looked at, nor is one slash at the end.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let path = path_alone(path);
        let Some(path) = path.strip_prefix('/') else {
            return false;
        };
        let path = path.strip_suffix('/').unwrap_or(path);
        run(
            &self.segments,
            path.split('/'),
            |segment, text| match segment {
                Segment::Any => false,
                Segment::Literal(literal) => literal == text,
                Segment::Glob(glob) => glob.matches(text.chars()),
            },
            |segment| *segment == Segment::Any,
        )
    }
}

/// A request's path as callers have it: without scheme and host, query and
/// fragment.
fn path_alone(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match parted(path, "://") {
        Some((_, behind)) => behind
            .find('/')
            .and_then(|slash| behind.get(slash..))
            .unwrap_or("/"),
        None => path,
    }
}

/// Matches items against tokens, some of which stand for any run of items. At a
/// mismatch the last of those takes one item more: an earlier one need never
/// be asked again.
fn run<T, I: Iterator + Clone>(
    tokens: &[T],
    items: I,
    fits: impl Fn(&T, I::Item) -> bool,
    is_any: impl Fn(&T) -> bool,
) -> bool {
    let mut items = items;
    let mut at = 0;
    let mut last_any = None;
    loop {
        if tokens.get(at).is_some_and(&is_any) {
            at += 1;
            last_any = Some((at, items.clone()));
            continue;
        }
        let mut behind = items.clone();
        match (behind.next(), tokens.get(at)) {
            (None, None) => return true,
            (Some(item), Some(token)) => {
                if fits(token, item) {
                    items = behind;
                    at += 1;
                    continue;
                }
            }
            // No item is left, but tokens are.
            (None, Some(_)) => return false,
            (Some(_), None) => {}
        }
        let Some((after, from)) = &mut last_any else {
            return false;
        };
        from.next();
        at = *after;
        items = from.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_has_gaps() {
        let matches = |pattern: &str, text: &str| Glob::new(pattern).matches(text.chars());
        for (pattern, text) in [
            ("VAS.*", "VAS.0001"),
            ("VAS.*", "VAS."),
            ("*", ""),
            ("*.NotFound", "a.b.NotFound.NotFound"),
            ("a*b*c", "axxbyybzc"),
            ("?1", "é1"),
            ("a", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("VAS.*", "vas.0001"),
            ("VAS.*", "VAS"),
            ("a*b*c", "axxbyyb"),
            ("?", ""),
            ("?", "ab"),
            ("a", "b"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_prefix_is_known_as_one() {
        let glob = Glob::new("VAS.*");
        assert_eq!(glob.literal_prefix().collect::<String>(), "VAS.");
        assert!(glob.is_prefix());
        assert!(Glob::new("*").is_prefix());
        assert!(!Glob::new("VAS.*1").is_prefix());
        assert!(!Glob::new("VAS.?").is_prefix());
        assert!(!Glob::new("VAS").is_prefix());
    }

    #[test]
    fn a_path_is_matched_segment_by_segment() {
        let matches = |pattern: &str, path: &str| PathGlob::parse(pattern).unwrap().matches(path);
        for (pattern, path) in [
            ("/search/**", "/search/patent/query"),
            ("/search/**", "/search"),
            ("/ai/*/report", "/ai/fto/report"),
            ("/ai/*/report", "/ai/fto/report/"),
            ("/ai/*/report", "/ai/fto/report?apikey=k#x"),
            ("/ai/*/report", "https://host/ai/fto/report"),
            ("/**/result", "/a/b/result"),
            ("/**/result", "/result"),
            ("/**/x/*/y", "/x/1/x/2/y"),
            ("/bot*/send?essage", "/bot123:AA/sendMessage"),
            ("/", "/"),
            ("/", "https://host"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/ai/*/report", "/ai/a/b/report"),
            ("/ai/*/report", "/ai/report"),
            ("/ai/*/report", "ai/x/report"),
            ("/search", "/search/x"),
            ("/**/result", "/a/b/results"),
            ("/", "/a"),
            ("/a", ""),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_of_a_path_is_none() {
        for pattern in ["", "a", "*", "/a**", "/**b", "/***", "/a#b", "/a b"] {
            assert_eq!(PathGlob::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_text_made_to_be_slow_is_not() {
        let pattern = "*a".repeat(100) + "b";
        let text = "a".repeat(1000);
        assert!(!Glob::new(&pattern).matches(text.chars()));
        let pattern = "/**/a".repeat(50) + "/b";
        let path = "/a".repeat(1000);
        assert!(!PathGlob::parse(&pattern).unwrap().matches(&path));
    }
}
