"""How much a casting looks like a fraud: texts that are caught, those that are not, and what holds for every text."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from castings import risk
from castings.risk import HIGH_PAY, MOST, NEW_FOR, RULES, Facts, assess
from mwork.market import casting_texts, company_texts, job_texts

SOUND = Facts(text="", account_age=timedelta(days=400), email_verified=True, employer_verified=True)


def codes(text: str = "", **facts) -> set[str]:
    return {reason.code for reason in assess(replace(SOUND, text=text, **facts)).reasons}


@pytest.mark.parametrize(
    "text",
    [
        "Звоните +7 701 123 45 67", "+77011234567", "+7 (701) 123-45-67", "8 (701) 123 45 67", "87011234567",
        "8.701.123.45.67", "8-701-123-45-67", "7 701 1234567", "тел.8 7 0 1 1 2 3 4 5 6 7", "701 123 45 67",
        "+7 727 250 00 00", "＋7 ７０１ 123 45 67", "+7\u00a0701\u200b 123–45–67", "+44 20 7946 0958",
        "87011234567 87021234567", "8 777 000 11 22, 8 707 000 11 22",
    ],
)  # fmt: skip
def test_phone_numbers_are_seen(text):
    assert codes(text) == {"phone"}


@pytest.mark.parametrize(
    "text",
    [
        "Оплата 70 000 – 90 000 ₸", "от 700 000 до 800 000 тенге", "7 000 000", "рост 170-180, параметры 86-60-90",
        "12.12.2026 в 10:00, смена 8 часов", "8 марта 2026 года", "Абая 52, офис 701", "2026-12-12 08:00 – 19:00",
        "7 700 000 – 8 000 000 тенге", "ИИН не нужен, код 8701",
    ],
)  # fmt: skip
def test_sums_dates_and_measures_are_no_phone_numbers(text):
    assert codes(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Анкета: https://forms.example.com/x", "HTTP://SITE.EXAMPLE", "пишите t.me/modelkz", "wa.me/77011234567",
        "www.models.example", "Сайт best-models.kz", "заявка на casting.online", "наш инстаграм @tengri.models",
        "Instagram: tengri_models", "телеграм - almaty_casting", "best\u200b-models.kz",
    ],
)  # fmt: skip
def test_links_and_accounts_are_seen(text):
    assert "link" in codes(text)


@pytest.mark.parametrize(
    "text", ["Съёмка для Instagram и TikTok.", "Будет весело.Приходите", "и т.д. и т.п.", "мейкап@", "3.5 часа", "a@b"]
)
def test_speaking_of_a_network_is_no_link(text):
    assert codes(text) == set()


def test_an_email_address_is_seen_and_is_no_link():
    assert codes("Портфолио на casting.almaty@mail.example.kz") == {"email"}


@pytest.mark.parametrize(
    "text",
    [
        "Нужна предоплата 5000", "Предоплату вносите на Kaspi", "ПРЕДОПЛАТА", "пред\u00adоплата", "прeдoплaта",
        "Вступительный взнос 10 000", "взносы за участие", "берём залог за костюм", "Залогом служит паспорт",
        "депозит возвращаем", "оплата за портфолио", "оплатить портфолио", "Оплатите ваше портфолио заранее",
        "платное портфолио", "оплата за обучение", "оплатите регистрацию", "Оплатить участие нужно сегодня",
        "переведите на карту 7 000", "внесите небольшую сумму", "регистрационный сбор", "Взнос не возвращается",
        "Алдын ала төлем керек", "алдын-ала төлеңіз", "Алдын ала төлеу қажет", "кепіл 5000 теңге", "кепілге ақша",
        "тіркелу жарнасы", "Тіркеу ақысы 3000", "портфолио үшін ақы төлеу", "Ақылы портфолио",
        "Prepayment required", "pre-payment by card", "A deposit of 50 dollars", "Registration fee 10 USD",
        "an upfront fee", "You pay for your portfolio", "the deposit is not refundable",
        "Без предоплаты не работаем? Нет: предоплата нужна.", "Без опыта работы, взнос 5000", "Без опыта. Предоплата",
        "Работаем без \nПредоплата 5000",
    ],
)  # fmt: skip
def test_asking_the_model_for_money_is_seen(text):
    assert codes(text) == {"prepayment"}


@pytest.mark.parametrize(
    "text",
    [
        "Оплата после съёмки", "Половину платим авансом", "без предоплаты", "Без всяких взносов и залогов",
        "Предоплата не требуется", "Никаких взносов", "взносов нет", "Улыбка — залог успеха", "залогом успеха будет",
        "Оплата, портфолио, обед", "Портфолио оплачиваем мы", "Жартысын алдын ала төлейміз", "алдын ала төлем жоқ",
        "кепілдік береміз", "жарнама түсірілімі", "кепіл алынбайды", "No deposit, no registration fee",
        "prepayment is not required", "We never ask for a deposit", "Без опыта, без взносов",
        "Оплата в день съёмки на карту",
        "Ақысы сол күні төленеді", "Half is paid in advance",
    ],
)  # fmt: skip
def test_speaking_of_pay_in_other_ways_is_innocent(text):
    assert codes(text) == set()


def test_no_text_of_the_demo_market_asks_for_money_or_names_an_account():
    texts = [text for module in (casting_texts, company_texts, job_texts) for text in every_text(vars(module))]
    assert len(texts) > 300

    assert {text: found for text in texts if (found := codes(text))} == {}


def every_text(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not str(name).startswith("__"):
                yield from every_text(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from every_text(inner)
    elif isinstance(value, job_texts.Job):
        yield from every_text(vars(value))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"account_age": NEW_FOR - timedelta(seconds=1)}, "new_account"),
        ({"email_verified": False}, "unverified_email"),
        ({"employer_verified": False}, "unverified_employer"), ({"pay": HIGH_PAY}, "high_pay"),
        ({"copies": 1}, "copied_text"), ({"spam": 1}, "earlier_spam"), ({"reports": 1}, "open_reports"),
    ],
)  # fmt: skip
def test_each_fact_adds_its_weight(facts, code):
    found = assess(replace(SOUND, **facts))

    weight = next(rule.weight for rule in RULES if rule.code == code)
    assert found == (weight, ((code, weight),))


def test_a_sound_casting_has_no_risk_and_the_worst_has_the_most():
    worst = replace(
        SOUND, text="Предоплата! +7 701 123 45 67, t.me/x, a@b.kz", account_age=timedelta(0), email_verified=False,
        employer_verified=False, pay=HIGH_PAY, copies=3, spam=2, reports=1,
    )  # fmt: skip

    assert assess(replace(SOUND, text="Съёмка лукбука, оплата в тот же день.")) == (0, ())
    found = assess(worst)
    assert found.score == MOST
    assert [reason.code for reason in found.reasons] == [rule.code for rule in RULES]
    assert [reason.weight for reason in found.reasons] == sorted((rule.weight for rule in RULES), reverse=True)


def test_every_reason_has_a_text():
    with translation.override("en"):
        assert len({risk.label(rule.code) for rule in RULES}) == len(RULES)
        assert risk.label("of an older table") == "of an older table"


FRAGMENTS = [
    "предоплата", "без", "не требуется", "нет", "+7 701 123 45 67", "8", "7", "0", " ", ".", "-", "(", "@", "a",
    "t.me/x", "взнос", "не", "жоқ", "кепіл", "no", "deposit", "not required", "mail.kz", "\n", ",", "https://", "е",
    "ё", "İ", "ﬃ",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),  # lone surrogates and null bytes too
    st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join),
)
FACTS = st.builds(
    Facts,
    text=TEXTS,
    account_age=st.timedeltas(),
    email_verified=st.booleans(),
    employer_verified=st.booleans(),
    pay=st.integers(0, 2**31),
    copies=st.integers(0, 10**9),
    spam=st.integers(0, 10**9),
    reports=st.integers(0, 10**9),
)


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_the_score_is_bounded_and_is_the_sum_of_its_reasons(facts):
    found = assess(facts)

    assert 0 <= found.score <= MOST
    assert found.score == min(MOST, sum(reason.weight for reason in found.reasons))
    assert found == assess(facts)


WORSE = [
    lambda facts, text: replace(facts, text=f"{facts.text}\n{text}"),
    lambda facts, text: replace(facts, text=f"{text}\n{facts.text}"),
    lambda facts, text: replace(facts, account_age=facts.account_age / 2 if facts.account_age > timedelta(0)
                                else facts.account_age),
    lambda facts, text: replace(facts, email_verified=False),
    lambda facts, text: replace(facts, employer_verified=False),
    lambda facts, text: replace(facts, pay=facts.pay * 2),
    lambda facts, text: replace(facts, copies=facts.copies + 1),
    lambda facts, text: replace(facts, spam=facts.spam + 1),
    lambda facts, text: replace(facts, reports=facts.reports + 1),
]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(FACTS, TEXTS, st.sampled_from(WORSE))
def test_what_is_risky_never_makes_it_safer(facts, text, worsen):
    assert {reason.code for reason in assess(facts).reasons} <= {
        reason.code for reason in assess(worsen(facts, text)).reasons
    }


# --- time ---------------------------------------------------------------------------------------------------

PATTERNS = {name: value for name, value in vars(risk).items() if isinstance(value, re.Pattern)}


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_repeats_without_a_bound(name):
    """Every repeat has a most, so that from one start at most so many letters are looked at, whatever the text."""
    tree = re._parser.parse(PATTERNS[name].pattern, PATTERNS[name].flags)

    assert tree.getwidth()[1] < 700
    assert repeats(tree) <= 64


def repeats(tree) -> int:
    """The largest bound of any repeat."""
    most = 0
    for operation, argument in tree:
        inner = []
        if "REPEAT" in str(operation):
            most, inner = max(most, int(argument[1])), [argument[2]]
        elif str(operation) == "BRANCH":
            inner = argument[1]
        elif str(operation) in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
            inner = [argument[-1]]
        most = max([most, *(repeats(each) for each in inner)])
    return most


@pytest.mark.parametrize(
    "letters", ["предоплат", "оплата за ", "a@a.", "8 7", "+", "без взнос а ", "инст: ", "a" * 80 + "@"]
)
def test_the_longest_description_of_hostile_letters_is_answered(letters):
    assess(replace(SOUND, text=(letters * 5000)[:5000]))
