//! What is left of an address for whoever may not see it: enough to recognise one's own, too little to write or call. The length of what is
//! hidden is not told.

/// Stands for everything hidden.
const HIDDEN: &str = "***";
/// Digits of a number that show at most, and the number of digits from which on that many do.
const SHOWN: [(usize, usize); 2] = [(10, 4), (7, 3)];
/// From this many characters before the @ on, two of them show; below, one.
const LOCAL_FOR_TWO: usize = 4;

/// `anna.berg@example.com` becomes `an***@example.com`. What is no address is hidden whole.
pub fn masked_email(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else { return HIDDEN.to_owned() };
    let shown = if local.chars().count() >= LOCAL_FOR_TWO { 2 } else { 1 };
    let start: String = local.chars().take(shown).collect();
    format!("{start}{HIDDEN}@{domain}")
}

/// `+49 30 1234567` becomes `***4567`. Of a short number less shows, of a very short one nothing.
pub fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let shown = SHOWN.iter().find(|(from, _)| digits.len() >= *from).map_or(0, |(_, shown)| *shown);
    let end: String = digits[digits.len() - shown..].iter().collect();
    format!("{HIDDEN}{end}")
}

/// `Anna Berg` becomes `A*** B***`.
pub fn masked_name(name: &str) -> String {
    let initials = name.split_whitespace().filter_map(|word| word.chars().next());
    initials.map(|initial| format!("{initial}{HIDDEN}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn of_a_name_the_initials_stay() {
        for (name, masked) in [("Anna Berg", "A*** B***"), ("Öz", "Ö***"), ("", "")] {
            assert_eq!(super::masked_name(name), masked);
        }
    }

    use super::*;

    #[test]
    fn an_address_keeps_its_domain_and_a_letter_or_two() {
        for (email, masked) in [
            ("anna.berg@example.com", "an***@example.com"),
            ("anna@example.com", "an***@example.com"),
            ("ann@example.com", "a***@example.com"),
            ("a@b.c", "a***@b.c"),
            ("öü.ä@example.com", "öü***@example.com"),
            ("\"a@b\"@example.com", "\"a***@example.com"),
            ("@example.com", "***@example.com"),
            ("nobody", "***"),
            ("", "***"),
        ] {
            assert_eq!(masked_email(email), masked, "{email}");
        }
    }

    #[test]
    fn a_number_keeps_three_or_four_digits() {
        for (phone, masked) in [
            ("+49301234567", "***4567"),
            ("+49 (30) 123-4567", "***4567"),
            ("+431234567", "***567"),
            ("1234567890", "***7890"),
            ("1234567", "***567"),
            ("123456", "***"),
            ("", "***"),
            ("call me", "***"),
        ] {
            assert_eq!(masked_phone(phone), masked, "{phone}");
        }
    }

    #[test]
    fn people_with_names_of_different_lengths_look_alike() {
        assert_eq!(masked_email("anna@x.de"), masked_email("anastasia.romanowa@x.de"));
    }
}
