"""What people say of each other when the work is done. `[masculine|feminine]` goes by the model's gender."""

OF_EMPLOYERS = {
    "ru": {
        "good": ["Всё по расписанию, оплата в тот же день.", "Приятная команда, на площадке тепло и спокойно.",
                 "Отличная организация: такси, обед, готовые кадры через неделю.", "Буду [рад|рада] поработать ещё.",
                 "Чёткие задачи и уважение ко времени. Рекомендую."],
        "mixed": ["Съёмка хорошая, но задержались на два часа.", "Кадры понравились, оплату ждать пришлось неделю.",
                  "Адрес поменяли накануне, в остальном нормально."],
    },
    "kk": {
        "good": ["Бәрі кесте бойынша, ақысы сол күні төленді.", "Жылы шырайлы ұжым, алаңда жайлы болды.",
                 "Ұйымдастыру керемет: такси, түскі ас, бір аптада дайын кадрлар.",
                 "Тағы бірге жұмыс істеуге дайынмын.", "Міндет анық, уақытты бағалайды. Кеңес беремін."],
        "mixed": ["Түсірілім жақсы өтті, бірақ екі сағатқа кешіктік.", "Кадрлар ұнады, ақысын бір апта күттім.",
                  "Мекенжайды бір күн бұрын өзгертті, қалғаны жақсы."],
    },
    "en": {
        "good": ["Everything ran on time and I was paid on the day.", "A kind team and a calm set.",
                 "Well organised: taxi, lunch, finished frames within a week.", "I would love to work with them again.",
                 "A clear brief and respect for time. Recommended."],
        "mixed": ["A good shoot, but we ran two hours late.", "I like the frames; the money took a week.",
                  "The address changed the day before, the rest was fine."],
    },
}  # fmt: skip
OF_MODELS = {
    "ru": {
        "good": ["Пунктуальность и отличная работа в кадре.", "[Приехал|Приехала] вовремя, [готов|готова] к съёмке.",
                 "Держит позу, слышит фотографа, заряжает всю команду.", "С удовольствием позовём ещё.",
                 "Параметры и снэпы соответствуют, снимать легко."],
        "mixed": ["Хорошо в кадре, но на площадку с опозданием.", "Не хватило опыта, зато много старания."],
    },
    "kk": {
        "good": ["Уақытында келіп, кадрда өте жақсы жұмыс істеді.", "Түсірілімге дайын келді.",
                 "Фотографты бірден түсінеді, ұжымға жақсы көңіл күй сыйлайды.", "Тағы шақырамыз.",
                 "Параметрлері дәл, түсіру оңай болды."],
        "mixed": ["Кадрда жақсы, бірақ алаңға кешігіп келді.", "Тәжірибе аздау, есесіне ынтасы зор."],
    },
    "en": {
        "good": ["On time and great in front of the camera.", "Came prepared and kept the pace.",
                 "Takes direction well and lifts the whole team.", "We would gladly book again.",
                 "True to the snaps, easy to shoot."],
        "mixed": ["Good on camera, late on set.", "Little experience yet, but plenty of will."],
    },
}  # fmt: skip
REPLIES = {
    "ru": ["Спасибо! Будем рады поработать ещё.", "Спасибо за отзыв, учтём."],
    "kk": ["Рақмет! Тағы бірге жұмыс істегенге қуаныштымыз.", "Пікіріңізге рақмет, ескереміз."],
    "en": ["Thank you! See you on the next one.", "Thanks for the feedback, noted."],
}
