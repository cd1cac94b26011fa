//! Who reads the bodies. All of them do one job: say whether the call
//! succeeded, find code, category and message, and hand out the exact bytes of
//! the data.

use core::fmt;
use std::borrow::Cow;
use std::sync::LazyLock;

use aftercall::{Category, Profile, Reply, Text, judge};

use crate::bodies::Row;
use crate::{derived, unchecked};

/// What a caller wants to know of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// [`Category::Success`], or what the code stands for.
    pub category: Category,
    /// The code as an integer.
    pub code: Option<i64>,
    /// The message as text, escapes undone.
    pub message: Option<Cow<'a, str>>,
    /// The data of a success, as received.
    pub data: Option<&'a [u8]>,
}

impl<'a> Answer<'a> {
    /// What follows from the fields, for whoever has only parsed them.
    pub(crate) fn of_fields(
        flag: bool,
        code: Option<i64>,
        message: Option<Cow<'a, str>>,
        data: Option<&'a str>,
    ) -> Self {
        let succeeded = flag && matches!(code, None | Some(0));
        Self {
            category: if succeeded {
                Category::Success
            } else {
                category_of(code)
            },
            code,
            message,
            data: data.filter(|_| succeeded).map(str::as_bytes),
        }
    }
}

/// Where a contender shows its answer; it may borrow whatever it parsed.
pub type Show<'s> = &'s mut dyn FnMut(&Answer<'_>);

/// One way to read a body.
#[derive(Clone, Copy)]
pub struct Contender {
    /// The name of its column.
    pub name: &'static str,
    /// Reads one body and shows what it found; panics on a body it cannot read.
    pub read: fn(&[u8], Show<'_>),
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The columns: aftercall first, because the ratios refer to it, then the rest.
pub const CONTENDERS: [Contender; 6] = [
    Contender {
        name: "aftercall",
        read: without_headers,
    },
    Contender {
        name: "aftercall, 8 headers",
        read: with_headers,
    },
    SERDE_JSON,
    SIMDUTF8_AND_SERDE_JSON,
    Contender {
        name: "sonic-rs",
        read: derived::sonic,
    },
    Contender {
        name: "sonic-rs, unchecked ¹",
        read: unchecked::sonic,
    },
];

/// The one that nothing may be slower than, and the reference for the check.
pub const SERDE_JSON: Contender = Contender {
    name: "serde_json",
    read: derived::serde_json,
};

/// The same with a faster check of UTF-8 before it.
pub const SIMDUTF8_AND_SERDE_JSON: Contender = Contender {
    name: "simdutf8 + serde_json",
    read: derived::simdutf8_and_serde_json,
};

fn without_headers(body: &[u8], show: Show<'_>) {
    answer(&Reply::new(200, body), show);
}

fn with_headers(body: &[u8], show: Show<'_>) {
    answer(&Reply::new(200, body).with_headers(&HEADERS), show);
}

/// What a reply of the API comes with.
const HEADERS: [(&str, &str); 8] = [
    ("date", "Mon, 23 Nov 2026 10:00:00 GMT"),
    ("content-type", "application/json;charset=UTF-8"),
    ("connection", "keep-alive"),
    ("vary", "Accept-Encoding"),
    ("x-correlation-id", "1f1c9c3e-3c6b-4a6e-9d40-2f6f4e0d8a11"),
    ("x-openapi-amount", "1"),
    (
        "strict-transport-security", "max-age=31536000; includeSubDomains",
    ),
    ("server", "nginx"),
];

fn answer(reply: &Reply<'_>, show: Show<'_>) {
    let verdict = judge(Profile::eureka(), reply, None);
    show(&Answer {
        category: verdict.category(),
        code: verdict.code(),
        message: verdict.message().map(Text::to_str),
        data: verdict.data(),
    });
}

/// The catalogue as a sorted table, for contenders that have none.
static CATEGORIES: LazyLock<Vec<(i64, Category)>> = LazyLock::new(|| {
    let mut table: Vec<(i64, Category)> = Profile::eureka()
        .codes()
        .filter(|rule| !rule.id().contains('+'))
        .filter_map(|rule| Some((rule.code_text().parse().ok()?, rule.category())))
        .collect();
    table.sort_unstable_by_key(|&(code, _)| code);
    table
});

fn category_of(code: Option<i64>) -> Category {
    code.and_then(|code| {
        let place = CATEGORIES.binary_search_by_key(&code, |&(code, _)| code);
        place.ok().map(|place| CATEGORIES[place].1)
    })
    .unwrap_or(Category::Unknown)
}

/// Two contenders that read a body differently.
#[derive(Debug)]
pub struct Disagreement {
    row: &'static str,
    body: usize,
    contender: &'static str,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            row,
            body,
            contender,
        } = self;
        let reference = SERDE_JSON.name;
        write!(
            f,
            "{row}, body {body}: {contender} and {reference} disagree"
        )
    }
}

/// Checks that all contenders read a row's bodies as `serde_json` does, down to
/// the place of the data.
///
/// # Errors
///
/// The first disagreement.
pub fn check(row: &Row) -> Result<(), Disagreement> {
    for (index, body) in row.bodies.iter().enumerate() {
        let expected = Found::by(SERDE_JSON, body);
        for contender in CONTENDERS {
            if Found::by(contender, body) != expected {
                return Err(Disagreement {
                    row: row.name,
                    body: index,
                    contender: contender.name,
                });
            }
        }
    }
    Ok(())
}

/// An answer that can be kept.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    category: Category,
    code: Option<i64>,
    message: Option<String>,
    /// Where the data stands: its first byte in the body, and its length.
    data: Option<(usize, usize)>,
}

impl Found {
    fn by(contender: Contender, body: &[u8]) -> Option<Self> {
        let mut found = None;
        (contender.read)(body, &mut |answer| {
            let offset = |data: &[u8]| data.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
            found = Some(Self {
                category: answer.category,
                code: answer.code,
                message: answer.message.as_deref().map(str::to_owned),
                data: answer.data.map(|data| (offset(data), data.len())),
            });
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies;

    #[test]
    fn all_contenders_agree_on_all_bodies() {
        for row in bodies::rows() {
            assert!(check(&row).is_ok(), "{}", check(&row).unwrap_err());
        }
    }

    #[test]
    fn the_reference_finds_what_was_written() {
        let body = br#"{"status":false,"error_code":"67200005","error_msg":"\u4f59"}"#;
        let failure = Found::by(SERDE_JSON, body).unwrap();
        assert_eq!(failure.category, Category::Balance);
        assert_eq!(failure.code, Some(67_200_005));
        assert_eq!(failure.message.as_deref(), Some("余"));
        let success = Found::by(SERDE_JSON, br#"{"data":{"a":1},"status":true}"#).unwrap();
        assert_eq!(success.category, Category::Success);
        assert_eq!(success.data, Some((8, 7)));
    }
}
