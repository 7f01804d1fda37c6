//! Files as spreadsheets write them, and what is said of those that cannot be read.

use super::*;
use crate::flaw::checked_line;

const FIELDS: &[Field] = &[
    Field::required("ref", &["nr", "kundennummer"]),
    Field::new("name", &["kunde"]),
    Field::new("lat", &["breite"]),
    Field::new("minutes", &[]),
    Field::new("tags", &[]),
];

fn names(bytes: &[u8], options: &Options) -> Result<Vec<(u64, String, String)>, SheetFlaw> {
    let sheet = Sheet::open(bytes, FIELDS, options)?;
    let read = sheet.rows().map(|row| {
        let row = row?;
        let text = |field| row.text(field).unwrap_or("-").to_owned();
        Ok((row.line, text("ref"), text("name")))
    });
    read.collect()
}

fn read(text: &str) -> Vec<(u64, String, String)> {
    names(text.as_bytes(), &Options::default()).unwrap()
}

#[test]
fn every_spreadsheets_file_is_the_same_table() {
    let expected = [(2, "K1".to_owned(), "Müller, \"M\"".to_owned()), (3, "K2".to_owned(), "Ärger".to_owned())];
    let comma = "ref,name\nK1,\"Müller, \"\"M\"\"\"\nK2,Ärger\n";
    let semicolon = "Kundennummer;Kunde\r\nK1;\"Müller, \"\"M\"\"\"\r\nK2;Ärger\r\n";
    let tabs = "REF\tName\nK1\t\"Müller, \"\"M\"\"\"\nK2\tÄrger";
    let returns = comma.replace('\n', "\r");
    for text in [comma, semicolon, tabs, &returns] {
        assert_eq!(read(text), expected, "{text}");
        assert_eq!(read(&format!("\u{feff}{text}")), expected);
        let utf16: Vec<u8> = std::iter::once(0xFEFFu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(names(&utf16, &Options::default()).unwrap(), expected);
        let utf16: Vec<u8> = std::iter::once(0xFEFFu16).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(names(&utf16, &Options::default()).unwrap(), expected);
        let ansi: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let options = Options { encoding: Encoding::Windows1252, ..Options::default() };
        assert_eq!(names(&ansi, &options).unwrap(), expected);
    }
    let with_separator = "sep=;\r\nNr;Kunde\r\nK1;\"a,b,c\"\r\n";
    assert_eq!(read(with_separator), [(3, "K1".to_owned(), "a,b,c".to_owned())]);
    let blank = "ref,name\n\n , \nK1,a\n,,,\n\"K\n2\",b\nK3,c\n";
    assert_eq!(read(blank).iter().map(|row| row.0).collect::<Vec<_>>(), [4, 6, 8], "lines as an editor counts them");
    let euro = Options { encoding: Encoding::Windows1252, ..Options::default() };
    assert_eq!(names(b"ref,name\nK1,\x80 \x93x\x94", &euro).unwrap()[0].2, "€ “x”");
}

#[test]
fn what_cannot_be_read_says_why_and_where() {
    let flaw = |bytes: &[u8], options: &Options| names(bytes, options).unwrap_err();
    let plain = Options::default();
    assert_eq!(flaw(b"ref,name\nK1,a\nK2,M\xFCller\n", &plain), SheetFlaw::NotUtf8 { line: 3 });
    assert_eq!(flaw(b"\xFF\xFEa", &plain), SheetFlaw::NotUtf16);
    let ansi = Options { encoding: Encoding::Windows1252, ..Options::default() };
    for options in [&plain, &ansi] {
        assert_eq!(flaw(b"PK\x03\x04\x14\0", options), SheetFlaw::NotText("an Excel workbook, or another archive"));
        assert_eq!(flaw(b"\x89PNG\r\n\x1a\n\0\0\0\x0d", options), SheetFlaw::NotText("no text"));
    }
    assert_eq!(flaw(b"sep=,\nref,name\nK1,a\nK2,\"b\nK3,c\n", &plain), SheetFlaw::OpenQuote { line: 4 });
    assert_eq!(flaw(b"ref,name\n\"K1\"\",a\nK2,b\n", &plain), SheetFlaw::OpenQuote { line: 2 });
    assert_eq!(read("ref,name\nK1,12\" pipe\nK2,\"say \"\"b\"\"\"\n").len(), 2, "a quote within a cell opens nothing");
    assert_eq!(flaw(b"", &plain), SheetFlaw::Empty);
    assert_eq!(flaw(b"\n\n", &plain), SheetFlaw::Empty);
    assert_eq!(flaw(b"name,lat\na,1\n", &plain), SheetFlaw::MissingColumn("ref".to_owned()));
    let twice = SheetFlaw::TwiceTheSame("Nr".to_owned(), "Kundennummer".to_owned(), "ref".to_owned());
    assert_eq!(flaw(b"Nr,Kundennummer\n1,2\n", &plain), twice);
    assert_eq!(flaw(&b"a,".repeat(201), &plain), SheetFlaw::TooManyColumns);
    let many = format!("ref\n{}", "x\n".repeat(ROWS_MAX));
    assert_eq!(read(&many).len(), ROWS_MAX);
    assert_eq!(flaw(format!("{many}x\n").as_bytes(), &plain), SheetFlaw::TooManyRows);
    for (flaw, field) in [(SheetFlaw::Empty, "file"), (SheetFlaw::NotUtf16, "encoding"), (twice, "columns")] {
        assert_eq!(flaw.field(), field);
    }
}

#[test]
fn columns_may_be_called_anything_when_that_is_said() {
    let said = |pairs: &[(&str, &str)]| Options {
        columns: pairs.iter().map(|(head, field)| ((*head).to_owned(), (*field).to_owned())).collect(),
        ..Options::default()
    };
    let text = b"Code,Nr,Firma\nK1,9,Acme\n";
    assert_eq!(names(text, &said(&[("code", "ref"), ("FIRMA", "name")])).unwrap(), [(2, "K1".to_owned(), "Acme".to_owned())]);
    let sheet = Sheet::open(text, FIELDS, &Options::default()).unwrap();
    assert_eq!(sheet.columns().ignored(), ["Code", "Firma"]);
    assert!(matches!(names(text, &said(&[("Other", "ref")])), Err(SheetFlaw::NoSuchColumn(head)) if head == "Other"));
    assert!(matches!(names(text, &said(&[("Code", "id")])), Err(SheetFlaw::NoSuchField(_, field, _)) if field == "id"));
}

#[test]
fn cells_are_checked_and_every_flaw_is_kept() {
    let text = "Nr;Kunde;Breite;minutes;tags\n;x;91;1,5;\nK1;a;52,5;30,0;b|a\nK2;a;north;x;c, d\nK3;a;1;2;t;what is this\n";
    let sheet = Sheet::open(text.as_bytes(), FIELDS, &Options::default()).unwrap();
    let mut rows: Vec<Row<'_>> = sheet.rows().map(Result::unwrap).collect();
    let mut read = |row: &mut Row<'_>| {
        let reference = row.required("ref", |text| checked_line("ref", text, 1, 2));
        row.check_width(5);
        (reference, row.number("lat", -90.0, 90.0), row.whole("minutes", 1, 99), row.list("tags"))
    };
    let answers: Vec<_> = rows.iter_mut().map(&mut read).collect();
    assert_eq!(answers[0], (None, None, None, None));
    let list = |parts: &[&str]| Some(parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
    assert_eq!(answers[1], (Some("K1".to_owned()), Some(52.5), Some(30), list(&["b", "a"])));
    assert_eq!(answers[2], (Some("K2".to_owned()), None, None, list(&["c", "d"])));
    let flaws: Vec<_> = rows.into_iter().flat_map(Row::into_flaws).collect();
    let told: Vec<_> =
        flaws.iter().map(|flaw| (flaw.line, flaw.field.as_str(), flaw.column.as_deref(), flaw.value.as_str())).collect();
    assert_eq!(
        told,
        [
            (2, "ref", Some("Nr"), ""),
            (2, "lat", Some("Breite"), "91"),
            (2, "minutes", Some("minutes"), "1,5"),
            (4, "lat", Some("Breite"), "north"),
            (4, "minutes", Some("minutes"), "x"),
            (5, "row", None, "what is this"),
        ]
    );
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let number = |text: &str| {
        let file = format!("ref\tlat\nK\t{text}\n");
        let sheet = Sheet::open(file.as_bytes(), FIELDS, &Options::default()).unwrap();
        let mut row = sheet.rows().next().unwrap().unwrap();
        row.number("lat", -1e9, 1e9)
    };
    for (text, expected) in [
        ("52.5", Some(52.5)),
        ("52,5", Some(52.5)),
        ("-0,25", Some(-0.25)),
        ("1.234,5", Some(1234.5)),
        ("1,234.5", Some(1234.5)),
        ("1 234,5", Some(1234.5)),
        ("1.234.567", Some(1_234_567.0)),
        ("12'345", Some(12_345.0)),
        ("NaN", None),
        ("inf", None),
        ("1e5", None),
        ("1-2", None),
        ("52°", None),
    ] {
        assert_eq!(number(text), expected, "{text}");
    }
}
