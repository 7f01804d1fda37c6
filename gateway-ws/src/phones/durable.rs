//! Fixes of one request on their way to the journal, and waiting for them to be durable.

use crate::error::ApiError;
use crate::state::AppState;
use actix_web::http::StatusCode;
use parking_lot::Mutex;
use salessync_actors::journal::Answer;
use salessync_actors::system::{Frame, NotTaken};
use salessync_engine::Timestamp;
use salessync_engine::device::EnrolledDevice;
use salessync_engine::track::{Admission, Device, Fix, admit};
use salessync_engine::wire::agent::{BusyCode, FIXES_PER_FRAME_MAX};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How long a frame is offered to an agent whose mailbox is full, or that is being rebuilt. Some apps do not keep what was not taken; a
/// burst of single fixes, or days that are walked again, are over by then.
const AGENT_PATIENCE: Duration = Duration::from_secs(3);
/// The first pause between two offers, doubled up to the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(100));

/// Returns when every fix is durable; an error says that the phone must send all of them again.
pub async fn take_in(
    state: &AppState,
    app: &'static str,
    device: &EnrolledDevice,
    fixes: Vec<Fix>,
    now: Timestamp,
) -> Result<(), ApiError> {
    if fixes.is_empty() {
        return Ok(());
    }
    let came = fixes.len();
    let fixes = on_duty(state, device, fixes, now);
    // Off duty nobody is tracked: the app is told what makes it forget them.
    let off_duty = came - fixes.len();
    if off_duty > 0 {
        state.phones.count(app, "off_duty", off_duty);
        state.system.count_off_duty(off_duty);
    }
    if fixes.is_empty() {
        return Ok(());
    }
    let until = Instant::now() + Duration::from_secs(state.config.phones.durable_timeout_s);
    let name = Device::new(&device.name).map_err(|_| ApiError::Internal)?;
    let frames: Vec<Frame> = fixes.chunks(FIXES_PER_FRAME_MAX).map(|fixes| frame(device, &name, fixes, now)).collect();
    let (waiter, durable) = Waiter::new(frames.len());
    let counts = frames.iter().fold((0, 0), |(taken, aside), frame| (taken + frame.taken.len(), aside + frame.aside.len()));
    for (number, frame) in (1..).zip(frames) {
        if let Err(refusal) = offer(state, frame, &waiter, number).await {
            state.phones.count(app, "not_taken", fixes.len());
            return Err(refusal);
        }
    }
    match tokio::time::timeout_at(until, durable).await {
        Ok(Ok(true)) => {
            state.phones.count(app, "taken", counts.0);
            state.phones.count(app, "set_aside", counts.1);
            Ok(())
        }
        // Lost with a crashed agent, which is being rebuilt.
        Ok(Ok(false) | Err(_)) => {
            state.phones.count(app, "not_durable", fixes.len());
            Err(again(StatusCode::SERVICE_UNAVAILABLE, "not_durable", "the fixes were lost on their way, send them again", 1))
        }
        Err(_) => {
            state.phones.count(app, "not_durable", fixes.len());
            let message = "the fixes could not be made durable in time, send them again";
            Err(again(StatusCode::SERVICE_UNAVAILABLE, "not_durable", message, 5))
        }
    }
}

/// Those of times on duty.
fn on_duty(state: &AppState, device: &EnrolledDevice, mut fixes: Vec<Fix>, now: Timestamp) -> Vec<Fix> {
    if let Some(tracking) = state.system.tracking(device.agent_id) {
        fixes.retain(|fix| tracking.is_tracked(admit(*fix, now).at()));
    }
    fixes
}

fn frame(device: &EnrolledDevice, name: &Device, fixes: &[Fix], now: Timestamp) -> Frame {
    let (mut taken, mut aside) = (Vec::with_capacity(fixes.len()), Vec::new());
    for fix in fixes {
        match admit(*fix, now) {
            Admission::Taken(fix) => taken.push(fix),
            Admission::Aside(reason, fix) => aside.push((reason, fix)),
            Admission::Repaired { came, meant, repair } => {
                taken.push(meant);
                aside.push((repair.reason(), came));
            }
        }
    }
    Frame { agent: device.agent_id, device: name.clone(), taken, aside }
}

/// Gives a frame to its agent, again and again while the agent cannot take it, for a moment.
async fn offer(state: &AppState, frame: Frame, waiter: &Arc<Waiter>, number: u64) -> Result<(), ApiError> {
    let until = Instant::now() + AGENT_PATIENCE;
    let (mut pause, longest) = PAUSE;
    let Frame { agent, device, taken, aside } = frame;
    loop {
        let frame = Frame { agent, device: device.clone(), taken: taken.clone(), aside: aside.clone() };
        let code = match state.system.ingest(frame, waiter.clone(), number) {
            Ok(()) => return Ok(()),
            Err(NotTaken::UnknownAgent) => return Err(ApiError::UnknownDevice),
            Err(NotTaken::Busy(code)) => code,
        };
        let message = "the server cannot take fixes of this agent right now, send them again";
        let refusal = match code {
            BusyCode::InFlight | BusyCode::AgentBusy => again(StatusCode::TOO_MANY_REQUESTS, "agent_busy", message, 1),
            BusyCode::JournalFull => again(StatusCode::TOO_MANY_REQUESTS, "journal_full", message, 5),
            BusyCode::AgentRestarting => again(StatusCode::SERVICE_UNAVAILABLE, "agent_restarting", message, 1),
            BusyCode::RateLimited => again(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message, 5),
            BusyCode::AgentHalted => again(StatusCode::SERVICE_UNAVAILABLE, "agent_halted", message, 60),
        };
        let is_passing = matches!(code, BusyCode::AgentBusy | BusyCode::AgentRestarting);
        if !is_passing || Instant::now() + pause > until {
            return Err(refusal);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

fn again(status: StatusCode, code: &'static str, message: &'static str, after_s: u32) -> ApiError {
    ApiError::SendAgain { status, code, message, after_s }
}

/// Waits for the frames of one request: true when all are durable, false as soon as one is lost.
struct Waiter {
    open: Mutex<(usize, Option<oneshot::Sender<bool>>)>,
}

impl Waiter {
    fn new(frames: usize) -> (Arc<Self>, oneshot::Receiver<bool>) {
        let (tell, told) = oneshot::channel();
        (Arc::new(Self { open: Mutex::new((frames, Some(tell))) }), told)
    }

    fn tell(open: &mut (usize, Option<oneshot::Sender<bool>>), all: bool) {
        if let Some(tell) = open.1.take() {
            // The request may have given up waiting.
            let _ = tell.send(all);
        }
    }
}

impl Answer for Waiter {
    fn durable(&self, _: u64) {
        let mut open = self.open.lock();
        open.0 = open.0.saturating_sub(1);
        if open.0 == 0 {
            Self::tell(&mut open, true);
        }
    }

    fn lost(&self, _: u64) {
        Self::tell(&mut self.open.lock(), false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_durable_when_all_its_frames_are() {
        let (waiter, mut told) = Waiter::new(3);
        waiter.durable(1);
        waiter.durable(3);
        assert!(told.try_recv().is_err(), "one is still on its way");
        waiter.durable(2);
        assert_eq!(told.try_recv(), Ok(true));
        let (waiter, mut told) = Waiter::new(2);
        waiter.durable(1);
        waiter.lost(2);
        waiter.durable(2);
        assert_eq!(told.try_recv(), Ok(false));
    }
}
