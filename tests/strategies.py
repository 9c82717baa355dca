"""What people, robots and spreadsheets type, made from the kinds of input that broke something once."""

from hypothesis import strategies as st

UNSEEN = "\u200b\u3164\u00ad\u2800\u115f\u1160\ufe0f\U000e0061\u0304\ufeff\u200d"
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
GROWING = "\ufdfa\ufb03\u3316\u1fb7\u0130\ufb2cßΣς"
LETTERS = "aA zZ09'’-.&āŪʻ毛한अनि👩🏽‍🌾אب<>\"\n\t"
CHARACTERS = st.sampled_from([*UNSEEN, *TURNING, *GROWING, *LETTERS]) | st.characters(
    exclude_categories=["Cs"], exclude_characters="\x00"
)

names = st.text(CHARACTERS, max_size=210) | st.sampled_from(
    [
        "Aroha Ngata",
        "\ufdfa" * 60,
        "\u200b",
        "Aroha \u202eNgata",
        "You won, claim at https://prize.example",
        "-",
    ]
)
domains = st.sampled_from(
    [
        "example.org",
        "straße.example",
        "tepu\u0304kenga。ac．nz",
        "☕.example",
        "exa\u00admple.org",
        "localhost",
    ]
) | st.text(CHARACTERS, max_size=30)
addresses = st.just("") | st.builds(
    "{}{}@{}{}".format,
    st.sampled_from(["", " ", "\u200b", "\ufeff"]),
    st.sampled_from(["aroha", "Aroha.N+a", "o'brien", '"a b"', "ā", "a\u200bb"])
    | st.text(CHARACTERS, max_size=66),
    domains,
    st.sampled_from(["", " ", "\u00ad", "\u200e", "\n"]),
)
telephones = st.sampled_from(
    [
        "",
        "12",
        "-",
        "n/a",
        "1" * 40,
        "call after 5",
        "494 5718",
        "04 494 5718",
        "+61 2 9374 4000",
        "6.42112E+11",
    ]
) | st.text(CHARACTERS | st.sampled_from("0123456789+() "), max_size=65)
headings = st.sampled_from(
    [
        "Name",
        "E-mail",
        "email;",
        "Do not email",
        "Unsubscribed",
        "Phone",
        "Mobile",
        "Champion",
        "",
        "sep=;",
        "@Name",
    ]
) | st.text(CHARACTERS, max_size=30)
bodies = st.text(CHARACTERS, max_size=300) | st.sampled_from(
    ["\ufdfa" * 10_000, "a" * 10_001, "one\r\ntwo\x0bthree", "=1+1", "\u2800\n\u3164"]
)
