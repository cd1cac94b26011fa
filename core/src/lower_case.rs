//! Lower-case letters, as the standard library knows them, in a tenth of the
//! room: its table has 11 KB, one entry for each capital, where most capitals
//! stand in runs. `build.rs` asks it for every character and writes down the
//! runs.

/// Capitals that are one step apart, or two where small letters stand between
/// them; each has its small letter at the same distance.
struct Run {
    /// Without the plane, the bits above the lowest sixteen.
    first: u16,
    /// From the first to the last.
    length: u8,
    /// Plane and step, four bits each.
    plane_step: u8,
    /// Within the plane, round its end.
    distance: u16,
}

impl Run {
    fn first(&self) -> u32 {
        u32::from(self.plane_step >> 4) << 16 | u32::from(self.first)
    }
}

/// In the order of their first capitals; no run reaches into another.
static RUNS: &[Run] = &include!(concat!(env!("OUT_DIR"), "/lower_case.rs"));

/// The lower-case form of a character: itself, another one, or two.
#[inline(never)]
pub(crate) fn lower_case(character: char) -> (char, Option<char>) {
    // The only capital with two: İ.
    if character == '\u{130}' {
        return ('i', Some('\u{307}'));
    }
    let code = u32::from(character);
    let behind = RUNS.partition_point(|run| run.first() <= code);
    let run = behind.checked_sub(1).and_then(|place| RUNS.get(place));
    let is_in = |run: &&Run| {
        let away = code - run.first();
        let step = u32::from(run.plane_step & 15);
        away <= u32::from(run.length) && away.is_multiple_of(step)
    };
    let small = run.filter(is_in).and_then(|run| {
        let within = code.wrapping_add(u32::from(run.distance)) & 0xFFFF;
        char::from_u32(code & !0xFFFF | within)
    });
    (small.unwrap_or(character), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_the_standard_librarys() {
        for character in '\0'..=char::MAX {
            let (first, second) = lower_case(character);
            let both = core::iter::once(first).chain(second);
            assert!(both.eq(character.to_lowercase()), "{character:?}");
        }
    }
}
