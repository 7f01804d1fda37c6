//! A handle that does not keep the system: for tasks, which would otherwise keep it alive for ever.

use super::{Inner, SystemHandle};
use std::sync::{Arc, Weak};

pub(crate) struct WeakHandle(Weak<Inner>);

impl WeakHandle {
    pub fn upgrade(&self) -> Option<SystemHandle> {
        self.0.upgrade().map(|inner| SystemHandle { inner })
    }
}

impl SystemHandle {
    pub(crate) fn downgrade(&self) -> WeakHandle {
        WeakHandle(Arc::downgrade(&self.inner))
    }
}
