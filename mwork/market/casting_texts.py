"""What castings say beyond the job itself, what models answer, and what employers note down."""

PEOPLE = {
    "ru": {"female": "девушек", "male": "парней", None: "моделей"},
    "kk": {"female": "қыздарды", "male": "жігіттерді", None: "модельдерді"},
    "en": {"female": "women", "male": "men", None: "models"},
}
LEVELS = {
    "beginner": {
        "ru": "Подойдут и начинающие.",
        "kk": "Жаңадан бастағандар да келеді.",
        "en": "Newcomers are welcome.",
    },
    "intermediate": {
        "ru": "Нужен опыт съёмок.",
        "kk": "Түсірілім тәжірибесі қажет.",
        "en": "Some experience is required.",
    },
    "experienced": {
        "ru": "Только с большим опытом.",
        "kk": "Тәжірибесі мол модельдер ғана керек.",
        "en": "Experienced models only.",
    },
}
CONSENT = {
    "ru": "До 18 лет — с согласия родителей.",
    "kk": "18 жасқа толмағандар ата-анасының келісімімен қатысады.",
    "en": "Under 18 with the parents' consent.",
}
CONDITIONS = {  # of any job
    "ru": ["Такси после поздней смены оплачиваем.", "Договор подписываем заранее.",
           "С собой удобная обувь и документы.", "Расписание пришлём за два дня.",
           "Есть тёплая комната для переодевания.", "Обед и вода — за нами."],
    "kk": ["Кешкі ауысымнан кейін таксиді төлейміз.", "Шартқа алдын ала қол қоямыз.",
           "Ыңғайлы аяқкиім мен құжаттарыңызды ала келіңіз.", "Кестені екі күн бұрын жібереміз.",
           "Киім ауыстыратын жылы бөлме бар.", "Түскі ас пен су — бізден."],
    "en": ["We pay for a taxi after a late shift.", "The contract is signed in advance.",
           "Bring comfortable shoes and your documents.", "You get the schedule two days ahead.",
           "There is a warm dressing room.", "Lunch and water are on us."],
}  # fmt: skip
SHOOT_CONDITIONS = {  # of whatever is photographed or filmed
    "ru": ["Макияж и причёска — за нами.", "Пять ретушированных кадров отдадим в портфолио.",
           "Гости на площадке — только по договорённости."],
    "kk": ["Макияж пен шаш үлгісі — бізден.", "Портфолиоңызға өңделген бес кадр береміз.",
           "Түсірілім алаңына қонақ келісім бойынша ғана кіреді."],
    "en": ["Make-up and hair are on us.", "Five retouched frames for your book.",
           "Guests on set by arrangement only."],
}  # fmt: skip
PAID = {
    "ru": ["Оплата в тот же день.", "Оплата на карту в течение трёх дней.", "Половину платим авансом."],
    "kk": ["Ақысы сол күні төленеді.", "Ақысы картаға үш күн ішінде түседі.", "Жартысын алдын ала төлейміз."],
    "en": ["Paid on the day.", "Paid to your card within three days.", "Half is paid in advance."],
}
UNPAID = {
    "ru": ["Съёмка без оплаты, кадры — всем участникам.", "Работаем на условиях TFP."],
    "kk": ["Ақы төленбейді, кадрларды бәріне береміз.", "TFP шартымен жұмыс істейміз."],
    "en": ["Unpaid; everybody gets the frames.", "On a TFP basis."],
}
CLOSINGS = {
    "ru": ["Пришлите снэпы и актуальные параметры.", "В отклике напишите, свободны ли вы в эту дату.",
           "Отвечаем всем.", "Ждём ваши отклики!"],
    "kk": ["Снэптер мен қазіргі өлшемдеріңізді жіберіңіз.", "Өтінімде осы күні бос екеніңізді жазыңыз.",
           "Бәріне жауап береміз.", "Өтінімдеріңізді күтеміз!"],
    "en": ["Send snaps and your present measurements.", "Please say whether you are free on the date.",
           "We answer everybody.", "Looking forward to your responses!"],
}  # fmt: skip

MESSAGES = {  # a greeting, the matter, an end
    "ru": (
        ["Здравствуйте!", "Добрый день!", "Приветствую!", ""],
        ["Свобод[ен|на] в эту дату, параметры в профиле актуальны.", "Очень нравится тема, буду рад[|а] поучаствовать.",
         "Такие съёмки люблю, работаю быстро и спокойно.", "Приеду без опозданий.",
         "Готов[|а] приехать на пробы в любой день.", "Давно слежу за вашими работами и хочу сняться у вас.",
         "Все условия подходят, дату держу свободной.", "Могу прислать свежие снэпы и видео-визитку."],
        ["Спасибо!", "Жду ответа.", "Буду на связи.", ""],
    ),
    "kk": (
        ["Сәлеметсіз бе!", "Қайырлы күн!", "Сәлем!", ""],
        ["Осы күні боспын, профильдегі өлшемдер өзекті.", "Тақырып ұнады, қатысуға қуаныштымын.",
         "Мұндай түсірілімдерді жақсы көремін, тез жұмыс істеймін.", "Кешікпей келемін.",
         "Сынаққа кез келген күні келе аламын.", "Жұмыстарыңызды көптен бақылап жүрмін.",
         "Барлық шарт сай келеді, күнді бос қалдырамын.", "Жаңа снэптер мен видео жібере аламын."],
        ["Рақмет!", "Жауабыңызды күтемін.", "Хабарласып тұрайық.", ""],
    ),
    "en": (
        ["Hello!", "Hi there!", "Good afternoon!", ""],
        ["I'm free on the date and my measurements are up to date.", "I love the theme and would be glad to join.",
         "I enjoy shoots like this and work quickly.", "I will be on time.", "I can come to a casting any day.",
         "I have followed your work for a while.", "Everything suits me; I keep the date free.",
         "I can send fresh snaps and a video."],
        ["Thank you!", "Looking forward to your answer.", ""],
    ),
}  # fmt: skip
NOTES = {
    "ru": ["Позвать на примерку.", "Хорошо двигается, смотреть видео.", "Уточнить размер обуви.",
           "Запасной вариант.", "Работали раньше, всё понравилось.", "Спросить про вторую дату.", "Показать клиенту."],
    "kk": ["Киім өлшеуге шақыру.", "Видеосын қарау керек.", "Аяқкиім өлшемін нақтылау.", "Қосалқы нұсқа.",
           "Бұрын бірге жұмыс істедік, ұнады.", "Екінші күнді сұрау.", "Тапсырыс берушіге көрсету."],
    "en": ["Invite to the fitting.", "Good in motion, watch the video.", "Check the shoe size.", "Second choice.",
           "Worked together before, very good.", "Ask about the second date.", "Show to the client."],
}  # fmt: skip
REFUSED_NOTES = {
    "ru": ["Не тот типаж.", "Даты не совпали.", "Позвать в следующий раз.", "Заказчик выбрал других."],
    "kk": ["Типажы сай емес.", "Күні сәйкес келмеді.", "Келесіде шақыру.", "Тапсырыс беруші басқаларды таңдады."],
    "en": ["Not the type we need.", "The dates did not match.", "Ask next time.", "The client chose others."],
}
EASY_TITLE = "Съёмка имиджевого ролика о городе"  # anybody of 16 and older fits
EASY_TEXT = (
    "Снимаем короткий фильм о людях города: студенты, мастера, спортсмены, музыканты. Ищем моделей от 16 лет, "
    "рост и опыт не важны, важна естественность. До 18 лет — с согласия родителей. Макияж, причёска и обед — за нами. "
    "Оплата в день съёмки."
)
