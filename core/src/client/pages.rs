//! Lists that come page by page: `offset` and `limit` within the API's caps.

use core::fmt;

use crate::json::document::{Document, Value};
use crate::json::scan::{Kind, Scanner};
use crate::{Error, ErrorKind};

use super::client::Client;
use super::request::Request;
use super::response::{Failure, Response};

/// The largest page and the farthest item that the API's guide allows.
const MAX_LIMIT: u64 = 1000;
const WINDOW: u64 = 20_000;

/// One page that is to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many items come before it.
    pub offset: u64,
    /// How many items it has at most.
    pub limit: u64,
}

/// Why there is no further page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagesEnd {
    /// The list is at its end.
    Complete,
    /// The API gives out no item beyond its window: the list may go on.
    Window,
    /// A page could not be got.
    Failed,
    /// A page had no list that could be counted.
    Uncountable,
}

/// Which pages to ask for, without asking: for event loops and other languages.
///
/// ```
/// use aftercall::client::{Page, Pager, PagesEnd};
///
/// let mut pager = Pager::new(2)?;
/// assert_eq!(pager.next_page(), Some(Page { offset: 0, limit: 2 }));
/// pager.received(Some(br#"{"results":[{"id":1},{"id":2}],"total":3}"#));
/// assert_eq!(pager.next_page(), Some(Page { offset: 2, limit: 2 }));
/// pager.received(Some(br#"{"results":[{"id":3}],"total":3}"#));
/// assert_eq!(pager.next_page(), None);
/// assert_eq!(pager.end(), Some(PagesEnd::Complete));
/// # Ok::<(), aftercall::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pager {
    limit: u64,
    window: u64,
    offset: u64,
    total: Option<u64>,
    list: Option<String>,
    end: Option<PagesEnd>,
}

impl Pager {
    /// Pages of so many items, 1 to 1000, from the beginning of the list; offset
    /// and limit together stay within 20,000.
    ///
    /// # Errors
    ///
    /// Another limit, with what is allowed.
    pub fn new(limit: u64) -> Result<Self, Error> {
        if !(1..=MAX_LIMIT).contains(&limit) {
            let message = format!("expected an integer from 1 to {MAX_LIMIT}, found {limit}");
            return Err(Error::unplaced(
                ErrorKind::Client,
                "limit".to_owned(),
                message,
            ));
        }
        Ok(Self {
            limit,
            window: WINDOW,
            offset: 0,
            total: None,
            list: None,
            end: None,
        })
    }

    /// Begins behind so many items.
    #[must_use]
    pub const fn offset(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// Another window than 20,000: some operations allow 10,000, 1000 or 200.
    #[must_use]
    pub const fn window(mut self, window: u64) -> Self {
        self.window = window;
        self
    }

    /// The page to ask for now; none at the end.
    pub fn next_page(&mut self) -> Option<Page> {
        if self.end.is_some() {
            return None;
        }
        let limit = self.limit.min(self.window.saturating_sub(self.offset));
        if limit == 0 {
            self.end = Some(PagesEnd::Window);
            return None;
        }
        Some(Page {
            offset: self.offset,
            limit,
        })
    }

    /// The data of the page that was asked for.
    ///
    /// A page with fewer items than its limit is the last one. Its items are
    /// those of the data itself, or of the longest array directly in it; an
    /// integer beside it that is named `total`, `total_count` or
    /// `total_search_result_count` saves asking for a page that is empty.
    pub fn received(&mut self, data: Option<&[u8]>) {
        let limit = self.limit.min(self.window.saturating_sub(self.offset));
        let Some(count) = data.and_then(Count::of) else {
            self.list = None;
            self.end = Some(PagesEnd::Uncountable);
            return;
        };
        self.total = count.total.or(self.total);
        self.list = count.list;
        self.offset = self.offset.saturating_add(count.items);
        let is_all = count.total.is_some_and(|total| self.offset >= total);
        if count.items < limit || is_all {
            self.end = Some(PagesEnd::Complete);
        }
    }

    /// The page that was asked for could not be got.
    pub fn failed(&mut self) {
        self.end = Some(PagesEnd::Failed);
    }

    /// How many items come before the next page.
    #[must_use]
    pub const fn passed(&self) -> u64 {
        self.offset
    }

    /// How many items the list has, if the server said so.
    #[must_use]
    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// The field of the last page's data that has its items; `None` if the data
    /// itself is the list, or has none.
    #[must_use]
    pub fn list(&self) -> Option<&str> {
        self.list.as_deref()
    }

    /// Why there is no further page; `None` while there may be one.
    #[must_use]
    pub const fn end(&self) -> Option<PagesEnd> {
        self.end
    }
}

/// The pages of a list, one after the other.
pub struct Pages<'p> {
    client: Client,
    pager: Pager,
    request_for: Box<dyn FnMut(Page) -> Request + 'p>,
}

impl Pages<'_> {
    /// Why there is no further page; `None` while there may be one.
    #[must_use]
    pub const fn end(&self) -> Option<PagesEnd> {
        self.pager.end()
    }
}

impl Iterator for Pages<'_> {
    type Item = Result<Response, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = self.pager.next_page()?;
        let result = self.client.send(&(self.request_for)(page));
        match &result {
            Ok(response) => self.pager.received(response.data()),
            Err(_) => self.pager.failed(),
        }
        Some(result)
    }
}

/// Shows how far it is.
impl fmt::Debug for Pages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("pager", &self.pager)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The pages of a list: `request_for` makes the request for each.
    ///
    /// Each page is a call of its own, with the client's policy; the iterator
    /// ends behind a page that fails.
    ///
    /// ```no_run
    /// use aftercall::OperationKind;
    /// use aftercall::client::{Client, Pager, Request};
    ///
    /// # let client = Client::builder("https://connect.zhihuiya.com").api_key("sk-1").build()?;
    /// let pages = client.pages(Pager::new(100)?, |page| {
    ///     let (limit, offset) = (page.limit, page.offset);
    ///     Request::post("/search/patent/query-search-patent/v2")
    ///         .json(format!(r#"{{"query_text": "solar", "limit": {limit}, "offset": {offset}}}"#))
    ///         .kind(OperationKind::Query)
    /// });
    /// for page in pages {
    ///     println!("{} bytes", page?.data().unwrap_or_default().len());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages<'p>(
        &self,
        pager: Pager,
        request_for: impl FnMut(Page) -> Request + 'p,
    ) -> Pages<'p> {
        Pages {
            client: self.clone(),
            pager,
            request_for: Box::new(request_for),
        }
    }
}

/// What a page's data says of the list.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    items: u64,
    total: Option<u64>,
    list: Option<String>,
}

impl Count {
    /// Counts in one pass; nothing if there is no array to count.
    fn of(data: &[u8]) -> Option<Self> {
        let mut scanner = Scanner::new(data);
        match scanner.peek_token()? {
            b'[' => Some(Self {
                items: items(data)?,
                total: None,
                list: None,
            }),
            b'{' => Self::of_object(data, &mut scanner),
            // `null`: an empty list.
            b'n' => Some(Self {
                items: 0,
                total: None,
                list: None,
            }),
            _ => None,
        }
    }

    fn of_object(data: &[u8], scanner: &mut Scanner<'_>) -> Option<Self> {
        scanner.take_token(b'{');
        let (mut longest, mut name, mut total) = (None, 0..0, None);
        if scanner.take_token(b'}') {
            return Some(Self {
                items: 0,
                total: None,
                list: None,
            });
        }
        loop {
            scanner.peek_token();
            let start = scanner.at();
            scanner.key().ok()?;
            let name_end = scanner.at();
            let value = scanner.value(1).ok()?;
            match value.kind {
                Kind::Array => {
                    let items = items(value.json(data));
                    if items > longest {
                        (longest, name) = (items, start..name_end);
                    }
                }
                Kind::Number if is_total(data.get(start..name_end)?) => {
                    total = integer(value.json(data));
                }
                _ => {}
            }
            if !scanner.take_token(b',') {
                break;
            }
        }
        Some(Self {
            items: longest?,
            total,
            list: data.get(name).and_then(key),
        })
    }
}

/// How many items an array has.
fn items(array: &[u8]) -> Option<u64> {
    let mut scanner = Scanner::new(array);
    scanner.take_token(b'[');
    if scanner.take_token(b']') {
        return Some(0);
    }
    let mut count = 0;
    loop {
        scanner.value(1).ok()?;
        count += 1;
        if !scanner.take_token(b',') {
            return scanner.take_token(b']').then_some(count);
        }
    }
}

/// The text of a key, which its colon follows.
fn key(json: &[u8]) -> Option<String> {
    let json = json.get(..=json.iter().rposition(|&byte| byte == b'"')?)?;
    let text = String::from_utf8_lossy(json);
    let document = Document::parse(&text).ok()?;
    document.root.as_str().map(str::to_owned)
}

fn is_total(key: &[u8]) -> bool {
    let name = key.split(|&byte| byte == b'"').nth(1).unwrap_or_default();
    let names: [&[u8]; 3] = [b"total", b"total_count", b"total_search_result_count"];
    names.contains(&name)
}

fn integer(json: &[u8]) -> Option<u64> {
    let document = Document::parse(core::str::from_utf8(json).ok()?).ok()?;
    match document.root.value {
        Value::Number(_) => u64::try_from(document.root.as_integer()?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(data: &str) -> Option<(u64, Option<u64>)> {
        Count::of(data.as_bytes()).map(|count| (count.items, count.total))
    }

    #[test]
    fn items_are_counted_where_they_are() {
        for (data, expected) in [
            ("[]", Some((0, None))),
            ("[1,[2,3],{\"a\":[4]}]", Some((3, None))),
            ("null", Some((0, None))),
            ("{}", Some((0, None))),
            (
                r#"{"total":7,"tags":[],"results":[{"total":9},{}]}"#,
                Some((2, Some(7))),
            ),
            (
                r#"{ "total_count" : 7.0e0 , "list" : [ 1 ] }"#,
                Some((1, Some(7))),
            ),
            (r#"{"total":-1,"list":[1]}"#, Some((1, None))),
            (r#"{"a":1}"#, None),
            ("7", None),
            ("", None),
            (r#"{"list":[1,"#, None),
        ] {
            assert_eq!(count(data), expected, "{data}");
        }
    }

    #[test]
    fn pages_go_on_until_one_is_not_full() {
        let mut pager = Pager::new(2).unwrap().offset(4);
        for (page, data) in [((4, 2), "[1,2]"), ((6, 2), "[1,2]"), ((8, 2), "[1]")] {
            let (offset, limit) = page;
            assert_eq!(pager.next_page(), Some(Page { offset, limit }));
            pager.received(Some(data.as_bytes()));
        }
        assert_eq!(
            (pager.next_page(), pager.end()),
            (None, Some(PagesEnd::Complete))
        );
    }

    #[test]
    fn pages_stay_within_the_window() {
        let mut pager = Pager::new(3).unwrap().window(5);
        assert_eq!(
            pager.next_page(),
            Some(Page {
                offset: 0,
                limit: 3
            })
        );
        pager.received(Some(b"[1,2,3]"));
        assert_eq!(
            pager.next_page(),
            Some(Page {
                offset: 3,
                limit: 2
            })
        );
        pager.received(Some(b"[1,2]"));
        assert_eq!(
            (pager.next_page(), pager.end()),
            (None, Some(PagesEnd::Window))
        );
        let mut beyond = Pager::new(3).unwrap().offset(u64::MAX);
        assert_eq!(beyond.next_page(), None);
    }

    #[test]
    fn what_cannot_be_counted_or_got_ends_the_list() {
        for data in [None, Some(&b"7"[..])] {
            let mut pager = Pager::new(1).unwrap();
            pager.received(data);
            assert_eq!(pager.end(), Some(PagesEnd::Uncountable));
        }
        let mut pager = Pager::new(1).unwrap();
        pager.failed();
        assert_eq!(
            (pager.next_page(), pager.end()),
            (None, Some(PagesEnd::Failed))
        );
    }

    #[test]
    fn a_limit_is_checked_by_name() {
        for limit in [0, 1001] {
            let error = Pager::new(limit).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("limit: expected an integer from 1 to 1000, found {limit}")
            );
        }
    }
}
