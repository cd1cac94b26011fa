//! An object of a vector file, whose unknown fields are failures.

use serde_json::{Map, Value};

/// The fields of an object; each one that is asked for counts as known.
pub(crate) struct Fields<'v> {
    place: &'static str,
    map: &'v Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'v> Fields<'v> {
    pub(crate) fn of(place: &'static str, value: &'v Value) -> Result<Self, String> {
        let map = value
            .as_object()
            .ok_or_else(|| format!("{place}: expected an object, got {value}"))?;
        Ok(Self {
            place,
            map,
            known: Vec::new(),
        })
    }

    pub(crate) fn optional(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.map.get(name)
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Result<&'v Value, String> {
        self.optional(name)
            .ok_or_else(|| format!("{}: {name} is missing", self.place))
    }

    pub(crate) fn string(&mut self, name: &'static str) -> Result<&'v str, String> {
        let value = self.required(name)?;
        value
            .as_str()
            .ok_or_else(|| format!("{name}: expected a string, got {value}"))
    }

    pub(crate) fn optional_string(
        &mut self,
        name: &'static str,
    ) -> Result<Option<&'v str>, String> {
        match self.optional(name) {
            Some(_) => self.string(name).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn array(&mut self, name: &'static str) -> Result<&'v Vec<Value>, String> {
        let value = self.required(name)?;
        value
            .as_array()
            .ok_or_else(|| format!("{name}: expected an array, got {value}"))
    }

    pub(crate) fn milliseconds(&mut self, name: &'static str) -> Result<u64, String> {
        let value = self.required(name)?;
        value
            .as_u64()
            .ok_or_else(|| format!("{name}: expected milliseconds, got {value}"))
    }

    /// A boolean; one that is left out is false.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, String> {
        match self.optional(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(value) => Err(format!("{name}: expected true or false, got {value}")),
        }
    }

    /// Fails if the object has a field that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), String> {
        let unknown = self
            .map
            .keys()
            .find(|name| !self.known.contains(&name.as_str()));
        unknown.map_or(Ok(()), |name| {
            Err(format!(
                "{}: {name:?} is not known to this runner",
                self.place
            ))
        })
    }
}
