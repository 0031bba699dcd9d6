"""Sentences of a bio in English; fields as in bios_kk."""

OPENINGS = [
    "I'm {first}, based {at}.",
    "Hi! I'm {first} {of}.",
    "{first}, a model {of}.",
    "My name is {first} and I live {at}.",
    "Born and raised {at}; call me {first}.",
    "Hello from Kazakhstan! I'm {first}, living {at}.",
    "{first} here. I live and shoot {at}.",
    "Nice to meet you, I'm {first}.",
]
SCHOOL = [
    "I'm still at school and shoot with my parents' consent.",
    "In my last school years, so my mother comes along to every shoot.",
    "I go to school, so I'm free in the afternoons and at weekends.",
]
STUDENT = ["I study {study}.", "I'm a university student of {study}.", "Studying {study}, with a flexible timetable."]
STUDIES = [
    "design", "architecture", "economics", "translation", "dentistry", "journalism", "computer science", "education",
    "marketing", "law", "tourism", "film directing",
]  # fmt: skip
WORKER = [
    "By day I work as {job}.",
    "I work as {job} and model in my free time.",
    "My main job is flexible: I work as {job}.",
]
JOBS = [
    "a designer", "an architect", "an accountant", "a translator", "a dentist", "a journalist", "a marketer",
    "a teacher", "a pharmacist", "an engineer", "a yoga coach", "a pastry chef", "a photographer",
]  # fmt: skip
EXPERIENCE = {
    "beginner": [
        "I'm new to modelling, but I learn fast and the camera doesn't scare me.",
        "Not much experience yet: a few test shoots and a student show.",
        "I have just finished a modelling course and am looking for my first jobs.",
        "I'm building my book and prepare thoroughly for every shoot.",
        "Just starting out, so small projects are welcome too.",
    ],
    "intermediate": [
        "I have been shooting since {year}, mostly catalogues and social media for brands.",
        "Working since {year}: lookbooks, advertising, a few shows.",
        "A dozen commercial shoots and two seasons of shows behind me.",
        "Used to catalogue pace: up to forty looks a day.",
        "Since {year} I have worked with local labels and studios.",
    ],
    "experienced": [
        "A working model since {year}, at home both on the runway and on set.",
        "In the industry since {year}: shows, campaigns, catalogues.",
        "Long experience: I find the light and the angle myself and work quickly.",
        "Around a hundred projects since {year}.",
    ],
}
CATEGORIES = {
    "fashion": [
        "I love lookbooks and working with young designers.",
        "I have a feeling for clothes and change looks easily.",
        "I follow Kazakh labels and wear them proudly.",
    ],
    "commercial": [
        "Advertising, online shops and banners are my format.",
        "Natural in front of the camera, good for family and lifestyle advertising.",
        "I can smile the same honest smile forty times in a row.",
    ],
    "editorial": [
        "Closest to me are magazine stories with character.",
        "Heavy make-up and strange light are fun.",
        "Water, wind or heights: I'm up for experiments.",
    ],
    "runway": [
        "A trained walk and a good sense of pace.",
        "I feel at home on the runway.",
        "I love the rush backstage.",
    ],
    "beauty": [
        "Even skin, good for skincare and make-up shoots.",
        "My hair is natural and never dyed.",
        "Patient through long make-up sessions.",
    ],
    "fitness": [
        "I train four times a week and keep in shape all year.",
        "Good for sportswear: my technique is clean.",
        "Sport since childhood; I can repeat a take twenty times.",
    ],
    "promo": [
        "I talk to people easily: promo and trade fairs suit me.",
        "I enjoy working at forums and presentations.",
        "A long shift on my feet is no problem.",
    ],
    "acting": [
        "I attend a theatre studio and am comfortable with text.",
        "I learn lines quickly and speak to the camera without stumbling.",
        "I get into a role fast and take direction well.",
    ],
}
HOBBIES = [
    "snowboard", "play the dombra", "paint", "dance", "hike in the mountains", "run in the mornings",
    "play volleyball", "sing", "ride horses", "skate", "do yoga", "shoot on film", "bake", "learn Korean",
    "play chess", "swim", "cycle", "sew my own clothes", "box", "make pottery", "play tennis", "read a lot",
]  # fmt: skip
LEISURE = [
    "In my free time I {one} and {two}.",
    "Off set I {one}.",
    "Between shoots I {one}, sometimes I {two}.",
    "I also {one} and {two}.",
    "At weekends I {one}.",
]
TRAVELS = ["Happy to travel for work.", "Ready to travel within Kazakhstan and abroad.", "My passport is ready."]
STAYS = ["I only work {at}.", "No long trips, please.", "Out of town for a day at most."]
TRAITS = [
    "Punctual, and fine with early calls.",
    "Reliable and easy to work with.",
    "I get along with any team.",
    "I respect other people's time.",
    "I take notes well and fix things at once.",
    "Cheerful even at six in the morning.",
]
CLOSINGS = [
    "Write to me, I answer within a day.",
    "Open to interesting offers.",
    "Snaps and a video on request.",
    "Let's make something beautiful.",
    "Free on weekday evenings and all weekend.",
]
