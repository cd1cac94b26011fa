//! Pages of a patent search: nested objects, lists, long and short strings,
//! numbers, and Chinese text beside English.

use serde_json::{Value, json};

use crate::random::Random;

/// A page as near to `bytes` (of compact JSON) as its last abstract allows.
pub(crate) fn page(random: &mut Random, bytes: usize) -> Value {
    let mut results = Vec::new();
    let mut left = bytes.saturating_sub(90);
    while left >= 1300 {
        let wish = random.between(500, 800);
        let result = record(random, usize::try_from(wish).unwrap_or(0));
        left = left.saturating_sub(length(&result) + 1);
        results.push(result);
    }
    results.push(record(random, left));
    json!({
        "result_count": results.len(),
        "total_search_result_count": random.between(10_000, 2_000_000),
        "results": results,
    })
}

/// One patent of about `bytes`.
fn record(random: &mut Random, bytes: usize) -> Value {
    let office = random.pick(&["CN", "US", "EP", "WO", "JP"]);
    let id = format!("{:016x}{:016x}", random.next(), random.next());
    let year = random.between(1998, 2027);
    let mut record = json!({
        "patent_id": id,
        "pn": format!("{office}{}A", random.between(100_000_000, 120_000_000)),
        "apdt": year * 10_000 + random.between(1, 13) * 100 + random.between(1, 29),
        "pbdt": (year + 1) * 10_000 + random.between(1, 13) * 100 + random.between(1, 29),
        "title": title(random),
        "current_assignee": format!("{}{}有限公司", random.pick(&PLACES), random.pick(&TRADES)),
        "inventor": (0..random.between(1, 4)).map(|_| random.pick(&PEOPLE)).collect::<Vec<_>>(),
        "ipc": (0..random.between(1, 3)).map(|_| ipc(random)).collect::<Vec<_>>(),
        "relevancy": random.between(1, 10_000) as f64 / 10_000.0,
        "granted": random.between(0, 2) == 1,
        "family_id": if random.between(0, 3) == 0 { Value::Null } else { json!(random.between(1, 90_000_000)) },
    });
    let mut text = String::new();
    let room = bytes.saturating_sub(length(&record) + r#","abstract":"""#.len());
    while text.len() < room {
        text.push_str(phrase(random));
    }
    record["abstract"] = Value::String(text);
    record
}

fn title(random: &mut Random) -> String {
    match random.between(0, 3) {
        0 => format!("{} and {}", random.pick(&ENGLISH), random.pick(&ENGLISH)),
        _ => format!("一种{}的{}", random.pick(&CHINESE), random.pick(&CHINESE)),
    }
}

fn ipc(random: &mut Random) -> String {
    let class = random.pick(&["G06F", "H04L", "A61K", "H01M", "C07D"]);
    format!("{class}{}/{}", random.between(1, 60), random.between(0, 99))
}

fn phrase(random: &mut Random) -> &'static str {
    match random.between(0, 10) {
        0..=3 => random.pick(&CHINESE),
        4 => random.pick(&["，", "。", "；", " (101) ", " 20 % ", " 3.5 mm "]),
        _ => random.pick(&ENGLISH),
    }
}

/// The bytes of a value as compact JSON.
fn length(value: &Value) -> usize {
    value.to_string().len()
}

const CHINESE: [&str; 12] = [
    "基于深度学习",
    "图像识别方法及装置",
    "锂离子电池",
    "正极材料",
    "所述第一电极与所述第二电极",
    "数据处理",
    "通信系统",
    "包括存储器和处理器",
    "提高了检索的准确率",
    "药物组合物",
    "半导体器件",
    "其特征在于",
];

const ENGLISH: [&str; 12] = [
    "a method for classifying images, ",
    "an electrode comprising a lithium compound ",
    "apparatus ",
    "the first substrate is arranged on the second ",
    "data processing system ",
    "wherein the controller is configured to ",
    "pharmaceutical composition ",
    "and uses thereof ",
    "semiconductor device ",
    "wireless communication, ",
    "of the \"cold plate\" type ",
    "a storage medium; ",
];

const PLACES: [&str; 6] = ["深圳市", "北京", "苏州", "上海", "杭州", "广州"];
const TRADES: [&str; 5] = ["新能源科技", "信息技术", "生物医药", "精密仪器", "光电材料"];
const PEOPLE: [&str; 6] = [
    "张伟", "李娜", "王芳", "John A. Smith", "刘洋", "Müller, Jörg",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_the_same_in_every_run_and_as_long_as_wished() {
        for bytes in [1_000, 10_000, 1_000_000] {
            let text = page(&mut Random::new(1), bytes).to_string();
            assert_eq!(text, page(&mut Random::new(1), bytes).to_string());
            let miss = text.len().abs_diff(bytes);
            assert!(miss < 100, "{bytes}: {}", text.len());
        }
    }

    #[test]
    fn a_fifth_to_a_third_of_the_bytes_is_not_ascii() {
        let text = page(&mut Random::new(2), 1_000_000).to_string();
        let beyond_ascii = text.bytes().filter(|byte| !byte.is_ascii()).count();
        let percent = beyond_ascii * 100 / text.len();
        assert!((20..=33).contains(&percent), "{percent}");
    }
}
