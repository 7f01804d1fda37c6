//! Redis, spoken plainly: commands written in one go, replies counted. As lean as the clients that drive SalesSync.

use anyhow::{Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

#[derive(Debug)]
pub struct Resp {
    stream: TcpStream,
    replies: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Resp {
    pub fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let replies = BufReader::with_capacity(64 * 1024, stream.try_clone()?);
        Ok(Self { stream, replies, line: Vec::new() })
    }

    /// Sends commands made by `command` and takes in that many replies. Returns the elements of the last one, if it is an array.
    pub fn pipeline(&mut self, commands: &[u8], replies: usize) -> Result<usize> {
        self.stream.write_all(commands)?;
        let mut elements = 0;
        for _ in 0..replies {
            elements = self.reply()?;
        }
        Ok(elements)
    }

    fn reply(&mut self) -> Result<usize> {
        self.line.clear();
        self.replies.read_until(b'\n', &mut self.line)?;
        let text = std::str::from_utf8(&self.line)?.trim_end();
        let number = || text.get(1..).and_then(|text| text.parse::<i64>().ok()).unwrap_or(-1);
        match text.bytes().next() {
            Some(b'+' | b':') => Ok(0),
            Some(b'$') => {
                let length = number();
                if length >= 0 {
                    std::io::copy(&mut self.replies.by_ref().take(length as u64 + 2), &mut std::io::sink())?;
                }
                Ok(0)
            }
            Some(b'*') => {
                let elements = number().max(0) as usize;
                for _ in 0..elements {
                    self.reply()?;
                }
                Ok(elements)
            }
            _ => bail!("redis answered {text:?}"),
        }
    }
}

/// Appends one command.
pub fn command(out: &mut Vec<u8>, words: &[&str]) {
    out.extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
    for word in words {
        out.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
}
