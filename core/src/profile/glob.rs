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

    /// What every text ends with that the pattern matches.
    fn literal_suffix(&self) -> String {
        let mut tokens = self.0.rsplit(|&token| is_gap(token));
        tokens.next().unwrap_or_default().iter().collect()
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
    /// The segments without gaps that it begins with, by which most paths are told
    /// from it.
    prefix: Option<String>,
    /// Those behind them.
    rest: Vec<Segment>,
    /// What stands behind the last gap: a path that ends otherwise is told from it
    /// as quickly.
    suffix: String,
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
        let mut prefix: Option<String> = None;
        let mut rest = Vec::new();
        for segment in pattern.strip_prefix('/')?.split('/') {
            match segment {
                "**" => rest.push(Segment::Any),
                _ if parted(segment, "**").is_some() || segment.contains(['#', ' ']) => {
                    return None;
                }
                _ if segment.contains(is_gap) => rest.push(Segment::Glob(Glob::new(segment))),
                _ if !rest.is_empty() => rest.push(Segment::Literal(segment.to_owned())),
                _ => match &mut prefix {
                    None => prefix = Some(segment.to_owned()),
                    Some(prefix) => {
                        prefix.push('/');
                        prefix.push_str(segment);
                    }
                },
            }
        }
        let suffix = match rest.last() {
            Some(Segment::Glob(glob)) => glob.literal_suffix(),
            Some(Segment::Literal(literal)) => literal.clone(),
            Some(Segment::Any) | None => String::new(),
        };
        Some(Self {
            prefix,
            rest,
            suffix,
        })
    }

    /// Whether the path fits.
    pub(crate) fn matches(&self, path: RequestPath<'_>) -> bool {
        let is_any = |segment: &Segment| *segment == Segment::Any;
        match self.behind_prefix(path) {
            None => false,
            Some(None) => self.rest.iter().all(is_any),
            Some(Some(behind)) => run(
                &self.rest,
                behind.split('/'),
                |segment, text| match segment {
                    Segment::Any => false,
                    Segment::Literal(literal) => literal == text,
                    Segment::Glob(glob) => glob.matches(text.chars()),
                },
                is_any,
            ),
        }
    }

    /// The segments behind the prefix, if the path has it, and the suffix; there may
    /// be none.
    fn behind_prefix<'p>(&self, path: RequestPath<'p>) -> Option<Option<&'p str>> {
        let path = path
            .segments
            .filter(|path| path.ends_with(self.suffix.as_str()))?;
        let Some(prefix) = &self.prefix else {
            return Some(Some(path));
        };
        match path.strip_prefix(prefix.as_str())? {
            "" => Some(None),
            behind => behind.strip_prefix('/').map(Some),
        }
    }
}

/// A request's path as patterns see it: without its query, what stands behind
/// `#`, and one slash at the end. Found once, for all patterns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestPath<'p> {
    /// What stands behind the first slash; none without one.
    segments: Option<&'p str>,
}

impl<'p> RequestPath<'p> {
    pub(crate) fn of(path: &'p str) -> Self {
        let segments = path_alone(path).strip_prefix('/');
        Self {
            segments: segments.map(|path| path.strip_suffix('/').unwrap_or(path)),
        }
    }
}

/// A request's path as callers have it: without scheme and host, query and
/// fragment.
fn path_alone(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if path.starts_with('/') {
        return path;
    }
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
        let matches = |pattern: &str, path: &str| {
            PathGlob::parse(pattern)
                .unwrap()
                .matches(RequestPath::of(path))
        };
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
            ("/a//b", "/a//b"),
            ("/from/**", "/from/https://host/b"),
            ("/a/b/**", "/a/b"),
            ("/a/b/**/d", "/a/b/c/d"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/ai/*/report", "/ai/a/b/report"),
            ("/ai/*/report", "/ai/report"),
            ("/ai/*/report", "ai/x/report"),
            ("/search", "/search/x"),
            ("/search", "/searches"),
            ("/search/*", "/search"),
            ("/search/*", "/searches/x"),
            ("/search/**/x", "/search"),
            ("/**/result", "/a/b/results"),
            ("/", "/a"),
            ("/a", ""),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    /// The same pattern without prefix and suffix, which make it quick.
    fn plain(pattern: &str) -> PathGlob {
        let segment = |text: &str| match text {
            "**" => Segment::Any,
            _ if text.contains(is_gap) => Segment::Glob(Glob::new(text)),
            _ => Segment::Literal(text.to_owned()),
        };
        let rest = pattern.split('/').skip(1).map(segment).collect();
        PathGlob {
            prefix: None,
            rest,
            suffix: String::new(),
        }
    }

    #[test]
    fn prefix_and_suffix_change_nothing() {
        let parts = ["", "/", "/a", "/ab", "/*b", "/**", "/a*", "/a?"];
        let joined = |index: usize| -> String {
            let at = |place: u32| parts[index / parts.len().pow(place) % parts.len()];
            format!("{}{}{}{}", at(0), at(1), at(2), at(3))
        };
        let paths: Vec<String> = (0..parts.len().pow(4))
            .map(joined)
            .filter(|path| !path.contains(is_gap))
            .collect();
        for pattern in (0..parts.len().pow(3)).map(joined) {
            let Some(quick) = PathGlob::parse(&pattern) else {
                continue;
            };
            let plain = plain(&pattern);
            for path in paths.iter().map(|path| RequestPath::of(path)) {
                assert_eq!(
                    quick.matches(path),
                    plain.matches(path),
                    "{pattern} {path:?}"
                );
            }
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
        assert!(
            !PathGlob::parse(&pattern)
                .unwrap()
                .matches(RequestPath::of(&path))
        );
    }
}
