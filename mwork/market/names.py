"""Names as people in Kazakhstan bear them, in Kazakh, Russian and Latin spelling."""

from dataclasses import dataclass
from random import Random

from mwork.market.words import weighted


@dataclass(frozen=True)
class Name:
    """One person's name. `first` is the given name by language; `full` is spelt in `script`: kk, ru or en."""

    group: str
    script: str
    full: str
    first: dict[str, str]
    latin: str


def _table(text: str) -> list[tuple[str, ...]]:
    """The spellings of each line: Kazakh, Russian, Latin; or Russian and Latin, where Kazakh spells as Russian does."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [tuple(row) if len(row) == 3 else (row[0], *row) for row in rows]


KAZAKH_FEMALE = _table("""
    Айгерім Айгерим Aigerim
    Аружан Aruzhan
    Дана Dana
    Әсел Асель Assel
    Мәдина Мадина Madina
    Жансая Zhansaya
    Томирис Tomiris
    Аяулым Ayaulym
    Інжу Инжу Inzhu
    Камила Kamila
    Ақбота Акбота Akbota
    Гүлнұр Гульнур Gulnur
    Динара Dinara
    Әлия Алия Aliya
    Сәуле Сауле Saule
    Назерке Nazerke
    Балнұр Балнур Balnur
    Ботагөз Ботагоз Botagoz
    Меруерт Meruyert
    Перизат Perizat
    Айдана Aidana
    Ұлпан Улпан Ulpan
    Жібек Жибек Zhibek
    Күнсұлу Кунсулу Kunsulu
    Еркежан Yerkezhan
    Нұрай Нурай Nurai
    Сабина Sabina
    Аяна Ayana
    Қарлығаш Карлыгаш Karlygash
    Шынар Shynar
    Толғанай Толганай Tolganai
    Әмина Амина Amina
    Ділназ Дильназ Dilnaz
    Раушан Raushan
    Мөлдір Мольдир Moldir
    Гауһар Гаухар Gaukhar
    Жанель Zhanel
    Айым Aiym
""")
KAZAKH_MALE = _table("""
    Нұрлан Нурлан Nurlan
    Ерлан Yerlan
    Арман Arman
    Санжар Sanzhar
    Әлихан Алихан Alikhan
    Дәурен Даурен Dauren
    Бекзат Bekzat
    Мирас Miras
    Тимур Timur
    Қайрат Кайрат Kairat
    Олжас Olzhas
    Айдар Aidar
    Ержан Yerzhan
    Мадияр Madiyar
    Арлан Arlan
    Әділет Адилет Adilet
    Жандос Zhandos
    Рүстем Рустем Rustem
    Темірлан Темирлан Temirlan
    Ғалым Галым Galym
    Абылай Abylai
    Самат Samat
    Данияр Daniyar
    Ерасыл Yerassyl
    Асхат Askhat
    Қуаныш Куаныш Kuanysh
    Сұңғат Сунгат Sungat
    Ануар Anuar
    Еламан Yelaman
    Дінмұхаммед Динмухаммед Dinmukhammed
    Әмір Амир Amir
    Ерсұлтан Ерсултан Yersultan
""")
KAZAKH_SURNAMES = _table("""
    Нұрланов Нурланов Nurlanov
    Серіков Сериков Serikov
    Ахметов Akhmetov
    Оспанов Ospanov
    Омаров Omarov
    Кәрімов Каримов Karimov
    Смағұлов Смагулов Smagulov
    Қасымов Касымов Kassymov
    Абдрахманов Abdrakhmanov
    Байжанов Baizhanov
    Тұрсынов Турсынов Tursynov
    Қалиев Калиев Kaliyev
    Ибраев Ibrayev
    Молдабеков Moldabekov
    Төлегенов Тулегенов Tulegenov
    Жақыпов Жакупов Zhakupov
    Мусин Mussin
    Тілеубаев Тлеубаев Tleubayev
    Ерғалиев Ергалиев Yergaliyev
    Садықов Садыков Sadykov
    Шәріпов Шарипов Sharipov
    Айтбаев Aitbayev
    Нұрғалиев Нургалиев Nurgaliyev
    Қожахметов Кожахметов Kozhakhmetov
    Бектұров Бектуров Bekturov
    Ғаббасов Габбасов Gabbassov
    Мұқашев Мукашев Mukashev
    Сейітов Сеитов Seitov
    Досанов Dossanov
    Бекмұратов Бекмуратов Bekmuratov
    Жүнісов Жунусов Zhunussov
    Қуандықов Куандыков Kuandykov
""")
KAZAKH_BARE = _table("""
    Сәрсен Сарсен Sarsen
    Ахмет Akhmet
    Төлеген Толеген Tolegen
    Болат Bolat
    Ерғали Ергали Yergali
    Мұрат Мурат Murat
    Сейіт Сеит Seit
    Әбілхан Абильхан Abilkhan
    Жұмағали Жумагали Zhumagali
    Бекен Beken
    Оразбек Orazbek
    Қайыр Кайыр Kaiyr
""")
FATHERS = _table("""
    Нұрлан Нурлан Nurlan
    Ерлан Yerlan
    Серік Серик Serik
    Марат Marat
    Болат Bolat
    Қайрат Кайрат Kairat
    Асқар Аскар Askar
    Мұрат Мурат Murat
    Талғат Талгат Talgat
    Ержан Yerzhan
    Самат Samat
    Жомарт Zhomart
    Дәулет Даулет Daulet
    Бағдат Багдат Bagdat
""")
CHILD_OF = {"female": ("қызы", "кызы", "kyzy"), "male": ("ұлы", "улы", "uly")}

RUSSIAN_FEMALE = _table("""
    Анна Anna
    Анастасия Anastasia
    Дарья Darya
    Мария Maria
    Виктория Victoria
    Екатерина Yekaterina
    Полина Polina
    Алина Alina
    Ксения Ksenia
    Юлия Yulia
    Валерия Valeria
    Софья Sofya
    Елизавета Yelizaveta
    Кристина Kristina
    Вероника Veronika
    Диана Diana
    Милена Milena
    Алёна Alyona
    Эвелина Evelina
    Олеся Olesya
""")
RUSSIAN_MALE = _table("""
    Александр Alexandr
    Дмитрий Dmitriy
    Артём Artyom
    Никита Nikita
    Максим Maxim
    Иван Ivan
    Андрей Andrey
    Егор Yegor
    Кирилл Kirill
    Павел Pavel
    Илья Ilya
    Михаил Mikhail
    Данил Danil
    Владислав Vladislav
    Станислав Stanislav
    Тимофей Timofey
    Глеб Gleb
    Семён Semyon
""")
RUSSIAN_SURNAMES = _table("""
    Соколов Sokolov
    Морозов Morozov
    Волков Volkov
    Новиков Novikov
    Белов Belov
    Фёдоров Fyodorov
    Макаров Makarov
    Орлов Orlov
    Тихонов Tikhonov
    Воробьёв Vorobyov
    Кузьмин Kuzmin
    Ильин Ilyin
    Гришин Grishin
    Савельев Savelyev
    Яровой Yarovoy
    Вишневский Vishnevsky
    Сосновский Sosnovsky
    Лисовский Lisovsky
    Бондаренко Bondarenko
    Коваленко Kovalenko
    Мельник Melnik
    Гончар Gonchar
""")
UYGHUR_FEMALE = _table("""
    Мәлика Малика Malika
    Зульфия Zulfiya
    Дильнара Dilnara
    Патигуль Patigul
    Ширинай Shirinai
    Мунира Munira
""")
UYGHUR_MALE = _table("""
    Адиль Adil
    Ильяс Ilyas
    Пархат Parkhat
    Шухрат Shukhrat
    Рустам Rustam
    Азат Azat
""")
UYGHUR_SURNAMES = _table("""
    Розиев Roziyev
    Насыров Nassyrov
    Хамраев Khamrayev
    Мамутов Mamutov
    Айсаев Aissayev
    Турдиев Turdiyev
""")
KOREAN_SURNAMES = _table("""
    Ким Kim
    Пак Pak
    Хан Khan
    Ли Li
    Югай Yugai
    Нам Nam
    Хегай Khegai
    Лигай Ligai
    Огай Ogai
    Шегай Shegai
    Кан Kan
""")
GERMAN_SURNAMES = _table("""
    Шмидт Schmidt
    Вагнер Wagner
    Беккер Becker
    Шнайдер Schneider
    Фишер Fischer
    Кох Koch
    Майер Maier
    Браун Braun
    Вебер Weber
    Кайзер Kaiser
""")

GROUPS = {"kazakh": 70, "russian": 17, "korean": 5, "uyghur": 4, "german": 4}
FIRST = {
    "kazakh": {"female": KAZAKH_FEMALE, "male": KAZAKH_MALE},
    "uyghur": {"female": UYGHUR_FEMALE, "male": UYGHUR_MALE},
    "russian": {"female": RUSSIAN_FEMALE, "male": RUSSIAN_MALE},
}
LAST = {  # those of Koreans and Germans have one form for both genders, whatever they end in
    "russian": RUSSIAN_SURNAMES,
    "uyghur": UYGHUR_SURNAMES,
    "korean": KOREAN_SURNAMES,
    "german": GERMAN_SURNAMES,
}
FIXED = {"korean", "german"}
SCRIPTS = {"kazakh": {"kk": 45, "ru": 30, "en": 25}, "uyghur": {"ru": 75, "en": 25}}
SLAVIC_SCRIPTS = {"ru": 75, "en": 25}
FEMININE = {
    "ов": "ова", "ев": "ева", "ёв": "ёва", "ин": "ина", "ский": "ская", "ой": "ая",
    "ov": "ova", "ev": "eva", "in": "ina", "sky": "skaya", "oy": "aya",
}  # fmt: skip


def draw(rng: Random, gender: str) -> Name:
    """A name for somebody of this gender; whoever is neither bears one of the two kinds."""
    kind = gender if gender in CHILD_OF else rng.choice(list(CHILD_OF))
    group = weighted(rng, GROUPS)
    first = rng.choice(FIRST.get(group, FIRST["russian"])[kind])
    last = _kazakh_surname(rng, kind) if group == "kazakh" else _surname(rng, group, kind)
    script = weighted(rng, SCRIPTS.get(group, SLAVIC_SCRIPTS))
    index = {"kk": 0, "ru": 1, "en": 2}
    spelt = index[script]
    return Name(
        group=group,
        script=script,
        full=f"{first[spelt]} {last[spelt]}",
        first={language: first[place] for language, place in index.items()},
        latin=f"{first[2]} {last[2]}",
    )


def feminine(surname: str) -> str:
    """The form a woman bears; the same where the surname has only one."""
    for ending, changed in FEMININE.items():
        if surname.endswith(ending):
            return surname.removesuffix(ending) + changed
    return surname


def _surname(rng: Random, group: str, kind: str) -> tuple[str, ...]:
    spellings = rng.choice(LAST[group])
    if kind == "male" or group in FIXED:
        return spellings
    return tuple(feminine(spelling) for spelling in spellings)


def _kazakh_surname(rng: Random, kind: str) -> tuple[str, ...]:
    """With the Russian ending, without any, or "child of" her or his father."""
    form = weighted(rng, {"ending": 60, "bare": 20, "child": 20})
    if form == "child":
        father = rng.choice(FATHERS)
        return tuple(name + child for name, child in zip(father, CHILD_OF[kind], strict=True))
    if form == "bare":
        return rng.choice(KAZAKH_BARE)
    spellings = rng.choice(KAZAKH_SURNAMES)
    return spellings if kind == "male" else tuple(feminine(spelling) for spelling in spellings)
