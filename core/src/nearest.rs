//! The name that was probably meant.

/// The one of `names` that is nearest to `found`, if any is near enough: one
/// typing error for every three characters, swapped neighbours being one.
fn nearest<'n>(found: &str, names: &[&'n str]) -> Option<&'n str> {
    let allowed = (found.chars().count() / 3).max(1);
    let mut nearest = None;
    for &name in names {
        let distance = distance(found, name);
        if distance <= allowed && nearest.is_none_or(|before| (distance, name) < before) {
            nearest = Some((distance, name));
        }
    }
    nearest.map(|(_, name)| name)
}

/// ", did you mean …?", or nothing.
pub(crate) fn suggestion(found: &str, names: &[&str]) -> String {
    nearest(found, names).map_or_else(String::new, |name| format!(", did you mean {name:?}?"))
}

/// The optimal string alignment distance; long words are cut, as nobody reads
/// a suggestion for them.
fn distance(from: &str, to: &str) -> usize {
    const LONGEST: usize = 64;
    let from: Vec<char> = from.chars().take(LONGEST).collect();
    let to: Vec<char> = to.chars().take(LONGEST).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous_source = None;
    for (row, &source) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut previous_target = None;
        for (column, &target) in to.iter().enumerate() {
            let mut cost = (at(&last, column) + usize::from(source != target))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            if previous_target == Some(source) && previous_source == Some(target) {
                cost = cost.min(at(&before_last, column - 1) + 1);
            }
            current.push(cost);
            previous_target = Some(target);
        }
        before_last = core::mem::replace(&mut last, current);
        previous_source = Some(source);
    }
    at(&last, to.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_errors() {
        assert_eq!(distance("quota", "quota"), 0);
        assert_eq!(distance("quotta", "quota"), 1);
        assert_eq!(distance("qutoa", "quota"), 1);
        assert_eq!(distance("", "quota"), 5);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["quota", "rate_limit", "balance"];
        assert_eq!(nearest("qouta", &names), Some("quota"));
        assert_eq!(nearest("ratelimit", &names), Some("rate_limit"));
        assert_eq!(nearest("teapot", &names), None);
        assert_eq!(nearest("", &names), None);
    }
}
