//! Heads outside the database: a file of JSON lines, only ever appended to, each line durable before the next. Keep it, or a copy of it, where
//! whoever can write to the database cannot.

use super::key::PublicKey;
use salessync_engine::audit::chain::Head;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The end of the file that is looked at for its last lines.
const TAIL_BYTES: u64 = 64 * 1024;
/// Longest line that is read: a longer one is no head.
const LINE_BYTES_MAX: u64 = 16 * 1024;

/// A line, and a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeadLine {
    #[serde(flatten)]
    pub head: Head,
    /// Of the key that signed it. Says which it was; what is trusted is not for the file to say.
    pub public_key: String,
}

#[derive(Clone, Debug)]
pub struct HeadFile {
    path: PathBuf,
}

impl HeadFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends heads and waits until they are on the disk.
    pub fn append(&self, heads: &[Head], key: &PublicKey) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o640).open(&self.path)?;
        let mut text = Vec::new();
        // What a crash left half written becomes a line of its own, and is no head.
        if !ends_a_line(&mut file)? {
            text.push(b'\n');
        }
        for head in heads {
            serde_json::to_writer(&mut text, &HeadLine { head: head.clone(), public_key: key.to_hex() })?;
            text.push(b'\n');
        }
        file.write_all(&text)?;
        file.sync_data()
    }

    /// The newest heads, oldest first: those of the last lines. Empty when there is no file.
    pub fn newest(&self) -> io::Result<Vec<Head>> {
        let Some(mut file) = self.open()? else { return Ok(Vec::new()) };
        let len = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(len.saturating_sub(TAIL_BYTES)))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        Ok(tail.split(|byte| *byte == b'\n').filter_map(parsed).collect())
    }

    /// All heads, and how many lines are none; None when there is no file.
    pub fn read(&self) -> io::Result<Option<(Vec<Head>, u64)>> {
        let Some(file) = self.open()? else { return Ok(None) };
        let mut reader = BufReader::new(file);
        let (mut heads, mut others, mut line) = (Vec::new(), 0, Vec::new());
        loop {
            line.clear();
            if (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
                return Ok(Some((heads, others)));
            }
            let text = line.trim_ascii();
            match parsed(text) {
                Some(head) => heads.push(head),
                None if text.is_empty() => {}
                None => others += 1,
            }
        }
    }

    fn open(&self) -> io::Result<Option<File>> {
        match File::open(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn parsed(line: &[u8]) -> Option<Head> {
    serde_json::from_slice::<HeadLine>(line).ok().map(|line| line.head)
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::super::key::AuditKey;
    use super::*;
    use salessync_engine::Timestamp;

    #[test]
    fn heads_read_back_and_half_a_line_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let key = AuditKey::open(&dir.path().join("key")).unwrap();
        let file = HeadFile::new(dir.path().join("heads.jsonl"));
        assert_eq!((file.read().unwrap(), file.newest().unwrap()), (None, Vec::new()));
        let head = |seq| {
            let at = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
            key.sign(Head {
                seq,
                hash: [seq as u8; 32],
                rows: 1,
                at,
                checkpoint: false,
                key_id: String::new(),
                signature: vec![],
            })
        };
        file.append(&[head(1), head(2)], &key.public()).unwrap();
        let mut torn = OpenOptions::new().append(true).open(file.path()).unwrap();
        torn.write_all(b"{\"seq\": 3, \"ha").unwrap();
        file.append(&[head(3)], &key.public()).unwrap();
        assert_eq!(file.read().unwrap(), Some((vec![head(1), head(2), head(3)], 1)));
        assert_eq!(file.newest().unwrap(), vec![head(1), head(2), head(3)]);
    }
}
