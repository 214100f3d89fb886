"""The standard commands to a model in German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian and more."""

from assistant.hygiene.phrases import Rule, rule

_ASIDE = "tells the model to set its instructions aside, in another language"
_PROMPT = "asks for the prompt, in another language"
_ROLE = "gives the model another role, in another language"
_DICTATES = "dictates what the model is to answer, in another language"

FOREIGN: tuple[Rule, ...] = (
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignorier|missacht|vergiss|vergesst|vergessen\ sie|überge?h|befolgen?\ (?:sie\ )?(?:keine"
        r"|nicht))\w*\b[^.\n]{0,50}?"
        r"\b(?:vorherig|bisherig|vorig|vorangegangen|obig|früher|ursprünglich|alle|deine|ihre|sämtlich|system)\w*\b"
        r"[^.\n]{0,30}?\b(?:system)?(?:anweisung|instruktion|befehl|vorgabe)\w*"
        r"|\balle\ (?:vorherigen|bisherigen|obigen)\ (?:anweisungen|instruktionen|befehle)\s+(?:zu\ )?ignorieren"
        r"|\bignorier\w*\s+(?:den|alle|deinen)\s+system-?prompts?\b|\bnur\s+noch\s+meine\s+(?:anweisung|befehl)\w*",
        words="systemprompt prompt anweisung anweisungen instruktion instruktionen befehl befehle befehlen vorgabe "
        "vorgaben "
        "systemanweisungen "
        "systemanweisung",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignore[zrs]?|oublie[zrs]?|n['’]obéis(?:sez)?\ (?:pas|plus)|ne\ ten(?:ez|ir)\ (?:pas\ )?compte"
        r"|ne\ sui(?:s|vez)\ pas"
        r"|néglige[zr]?)\b[^.\n]{0,40}?"
        r"\b(?:instructions?|consignes?|directives?)\b[^.\n]{0,25}?"
        r"(?:précédente|antérieure|ci-dessus|initiale|reçue|données|du\ système|système|d['’]origine)",
        words="instructions consignes directives & précédentes précédente antérieures dessus initiales initiale "
        "reçues données "
        "système origine",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignor|olvid|no\ sigas?|no\ obede|haz\ caso\ omiso|desestim|esquec|esqueç|desconsider)\w*\b[^.\n]{0,40}?"
        r"\b(?:instruc|instruç|indicacion|órdenes|reglas)\w*\b[^.\n]{0,25}?"
        r"(?:anterior|previa|precedente|de\ arriba|iniciales|acima|del\ sistema|do\ sistema|recibid)"
        r"|\b(?:ignor|olvid)\w+\s+(?:todas\s+)?(?:las\s+|as\s+)?(?:anteriores|previas)\s+(?:instruc|instruç"
        r"|indicacion)\w+",
        words="instrucciones instruções instrucoes indicaciones órdenes reglas",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignora(?:te|re)?|ignori|dimentica(?:te|re)?|non\ seguire|trascura)\b[^.\n]{0,40}?"
        r"\b(?:istruzion|direttiv|indicazion)\w*\b[^.\n]{0,25}?"
        r"(?:precedent|sopra|inizial|di\ sistema|ricevut|originali)"
        r"|\b(?:ignora|dimentica|ignorate)\s+(?:tutte\s+)?(?:le\s+)?precedenti\s+(?:istruzioni|direttive|indicazioni)",
        words="istruzioni direttive indicazioni",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:negeer|vergeet)\b[^.\n]{0,30}?\b(?:vorige|eerdere|bovenstaande|voorgaande|alle)\b[^.\n]{0,20}?"
        r"\b(?:instructies|opdrachten)\b"
        r"|\b(?:zignoruj|ignoruj|zapomnij)\b[^.\n]{0,30}?\b(?:poprzedni|wcześniejsz|powyższ)\w*\b[^.\n]{0,20}?"
        r"\b(?:instrukcj|poleceni)\w*"
        r"|\b(?:ignorera|glöm)\b[^.\n]{0,30}?\b(?:tidigare|föregående|alla)\b[^.\n]{0,20}?\binstruktioner",
        words="instructies opdrachten instrukcje instrukcji polecenia poleceń instruktioner",
    ),
    rule(
        "override",
        _ASIDE,
        r"(?:игнориру|проигнорируй|забудь|не\ обращай|отбрось|не\ следуй|пренебрег|ігноруй)\w*[^.\n]{0,40}?"
        r"(?:предыдущ|прежни|прошлы|вышеуказанн|выше|все|всех|попередн|системны)\w*[^.\n]{0,25}?"
        r"(?:инструкци|указани|команд|правил|інструкці)\w*"
        r"|(?:игнориру|забудь)\w*[^.\n]{0,20}(?:инструкци|указани)\w*[^.\n]{0,20}(?:выше|ранее|до\ этого)",
        marks="инструкци указани команд правил інструкці",
    ),
    rule(
        "override",
        _ASIDE,
        r"(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要遵循|不要遵守|不理会)[^。\n]{0,12}?"
        r"(?:之前|以前|先前|上面|以上|前面|所有|一切|原来|系统|系統|上述)[^。\n]{0,8}?(?:指令|指示|提示词|提示|命令|规则|規則|说明)"
        r"|(?:以前|前|上記|これまで)の(?:すべての)?(?:指示|命令|プロンプト)[^。\n]{0,6}(?:無視|忘れ)",
        marks="指令 指示 提示 命令 规则 規則 说明 プロンプト",
    ),
    rule(
        "override",
        _ASIDE,
        r"(?:이전|위의|모든|앞선)\s*(?:\S+\s*)?(?:지시|명령|지침)\S*\s*(?:모두\s*)?무시",
        marks="지시 명령 지침",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:vergiss|vergesst|vergessen\ sie|ignorier\w*)\s+(?:bitte\s+)?alles\b[^.\n]{0,40}\b"
        r"(?:vorher|zuvor|bisher|davor|oben|gesagt\w*)"
        r"|\b(?:oublie[zrs]?|ignore[zrs]?)\s+tout\s+ce\s+(?:qui\s+(?:précède|a\ été)|qu['’e])"
        r"|\b(?:olvid\w+|ignor\w+|esqueça|esquece)\s+(?:todo|tudo)\s+(?:lo\s+(?:anterior|que)|o\s+que)\b"
        r"|\b(?:dimentica\w*|ignora\w*)\s+(?:tutto\s+)?(?:quello|quanto|ciò)\b",
        words="alles tout todo tudo tutto quello & vergiss vergesst vergessen ignoriere ignorier ignorieren oublie "
        "oubliez "
        "ignore ignorez olvida olvide olviden ignora ignoren esqueça esquece dimentica dimenticate ignorate",
    ),
    rule(
        "override",
        _ASIDE,
        r"(?:забудь|забудьте|игнорируй|игнорируйте)\s+(?:обо?\s+)?(?:вс[её]м?)\b[^.\n]{0,30}"
        r"(?:раньше|до\ этого|выше|сказан|прежде|предыдущ)"
        r"|(?:忽略|忘记|忘掉|无视)[^。\n]{0,4}(?:以上|之前|上面|前面)[^。\n]{0,6}(?:内容|对话|文字|一切)",
        marks="забуд игнорируй 忽略 忘记 忘掉 无视",
    ),
    rule(
        "override",
        _ASIDE,
        r"(?:önceki|yukarıdaki|tüm|bütün)\w*\s+(?:\w+\s+){0,2}?(?:talimat|komut|yönerge|kural)\w*\s+(?:\w+\s+)?"
        r"(?:yok\s*say|görmezden|unut|dikkate\s+alma)"
        r"|(?:पिछले|पहले|सभी|ऊपर)[^।.\n]{0,30}?(?:निर्देश|आदेश|नियम)[^।.\n]{0,15}?(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल)"
        r"|(?:تجاهل|تجاهلي|انس|لا\s+تتبع)[^.\n؟]{0,30}?(?:التعليمات|الأوامر|القواعد|الإرشادات|تعليمات)"
        r"|(?:התעלם|התעלמי|שכח)[^.\n]{0,30}?(?:ההוראות|הוראות|הפקודות)"
        r"|(?:bỏ\s+qua|phớt\s+lờ|quên)[^.\n]{0,30}?(?:hướng\s+dẫn|chỉ\s+dẫn|chỉ\s+thị|lệnh)[^.\n]{0,15}?(?:trước|trên)"
        r"|\b(?:abaikan|lupakan)\b[^.\n]{0,30}?\b(?:instruksi|perintah|arahan)\b[^.\n]{0,20}?\b(?:sebelum|di\s+atas)",
        marks="talimat komut yönerge kural निर्देश आदेश नियम تعليمات الأوامر القواعد الإرشادات הוראות הפקודות dẫn lệnh "
        "thị instruksi perintah arahan",
    ),
    rule(
        "override",
        _ASIDE,
        r"\b(?:ignoruj\w*|zapomeň\w*|nedbej\w*)\b[^.\n]{0,30}?\b(?:předchozí|předešl|všechn|výše)\w*[^.\n]{0,20}?"
        r"\b(?:instrukc|pokyn|příkaz)\w*"
        r"|\b(?:ignorer|glem|sivuuta|unohda|hagyd\s+figyelmen\s+kívül|ignoră|uită)\w*\b[^.\n]{0,30}?"
        r"\b(?:tidligere|forrige|alle|aiemmat|aikaisemmat|kaikki|korábbi|előző|minden|anterioare|precedente|toate)\w*"
        r"[^.\n]{0,20}?\b(?:instruks|instrukt|ohje|utasítás|instrucțiuni)\w*"
        r"|\b(?:strunta\s+i|bortse\s+från|åsidosätt|se\s+bort\s+fra)\b[^.\n]{0,30}?\binstru[kc]\w*"
        r"|\bnon\s+tener\w*\s+conto\b[^.\n]{0,30}?\bistruzion\w*"
        r"|\bvergeet\s+(?:alles\s+)?wat\s+(?:je|u|jou|er)\s+(?:is\s+)?(?:eerder|hiervoor|hierboven)\b"
        r"|(?:ไม่ต้องสนใจ|เพิกเฉย|ละเว้น|ลืม)[^\n]{0,20}?(?:คำสั่ง|คำแนะนำ)"
        r"|(?:αγνόησε|αγνοήστε|ξέχασε)[^.\n]{0,30}?(?:οδηγίες|εντολές)"
        r"|\bhagyd\s+figyelmen\s+kívül\b[^.\n]{0,40}?\butasítás\w*",
        marks="instrukc pokyn příkaz instruks instrukt ohje utasítás instrucțiuni οδηγίες εντολές "
        "istruzion vergeet คำสั่ง คำแนะนำ",
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"\b(?:zeig|verrat|nenn|gib|wiederhol|offenbar|montre|révèle|affiche|répète|donne|divulgue|muestra|revela"
        r"|repite|"
        r"imprime|mostra|rivela|ripeti|stampa|toon|onthul)\w*\b[^.\n]{0,40}?"
        r"\b(?:system|système|sistema|initial|deinen?|ihren?|votre|ton|tu|tuo)\b[-\ ]?[^.\n]{0,20}?\bprompt\w*"
        r"|\b(?:zeig|verrat|nenn|gib|wiederhol|offenbar)\w*\b[^.\n]{0,30}?\bsystem-?(?:prompt|anweisung|befehl)\w*",
        words="prompt prompts systemprompt systemanweisung systemanweisungen systembefehl & zeig zeige zeigen verrate "
        "verrat "
        "verraten nenne nenn gib wiederhole wiederhol offenbare montre montrez révèle révélez affiche affichez répète "
        "répétez "
        "donne donnez divulgue muestra muestre revela revele repite imprime mostra mostri rivela ripeti stampa toon "
        "onthul",
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"(?:покажи|раскрой|повтори|выведи|напиши|сообщи)\w*[^.\n]{0,30}?"
        r"(?:системн\w*\s+(?:промпт|инструкци|сообщени)|промпт)\w*"
        r"|(?:显示|透露|泄露|输出|重复|告诉我|打印|公开)[^。\n]{0,10}?(?:系统提示|提示词|系统指令|初始指令)"
        r"|システムプロンプト[^。\n]{0,8}(?:表示|教え|出力)",
        marks="промпт системн 系统提示 提示词 系统指令 初始指令 システムプロンプト",
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"\b(?:verrat|zeig|nenn|gib|wiederhol|offenbar)\w*\b[^.\n]{0,30}?\b(?:deine|die)\w*\s+"
        r"(?:(?:geheim|intern|ursprünglich|anfänglich)\w*\s+)?(?:system(?:nachricht|meldung|anweisung)\w*"
        r"|(?<=deine\ )anweisungen)"
        r"|\b(?:répète|révèle|affiche|montre|donne|dis)(?:[rz]|-moi)?\s+(?:tes|ton)\s+(?:instructions|consignes"
        r"|message\ système)"
        r"|\b(?:revela|muestra|repite|dime|imprime)(?:me)?\s+tus\s+(?:instrucciones|órdenes)"
        r"|\b(?:ripeti|rivela|mostra|dimmi|stampa)(?:mi)?\s+le\s+tue\s+istruzioni",
        words="deine die tes ton tus tue & anweisungen systemnachricht systemmeldung systemanweisung systemanweisungen "
        "instructions consignes message instrucciones órdenes istruzioni",
    ),
    rule(
        "disclosure",
        _PROMPT,
        r"(?:покажи|раскрой|повтори|выведи|назови)\w*\s+(?:мне\s+)?(?:свои|твои|все\s+свои)\s+(?:\w+\s+)?инструкци"
        r"|(?:扮演|成为)(?:一个|一名)?(?:没有|不受|无)[^。\n]{0,6}限制",
        marks="инструкци 限制",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\b(?:ab\ jetzt|ab\ sofort|von\ nun\ an)\s+(?:bist\ du|antworte\w*|sprich|verhältst|agierst)\b"
        r"|\bdu\ bist\ (?:ab\ )?jetzt\s+(?:ein|der|die|das|kein)\w*\s+(?:\w+\s+)?(?:KI|assistent|bot|modell"
        r"|chatbot)\w*",
        words="jetzt sofort nun & bist antworte antworten sprich verhältst agierst",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\b(?:désormais|dorénavant|à\ partir\ de\ maintenant),?\s+(?:tu|vous)\s+(?:es|êtes|réponds|répondez|agis"
        r"|agissez)\b"
        r"|\btu\ es\ maintenant\s+(?:un|une|le|la)\s+(?:\w+\s+)?(?:IA|assistant|modèle|chatbot)",
        words="désormais dorénavant maintenant & tu vous",
    ),
    rule(
        "new_role",
        _ROLE,
        r"\ba\ partir\ de\ ahora,?\s+(?:eres|responde|actúa|actuarás|responderás)\b"
        r"|\b(?:d['’]ora\ in\ poi|da\ ora\ in\ poi|a\ partire\ da\ ora),?\s+(?:sei|rispondi|agisci|risponderai)\b",
        words="ahora ora & partir poi partire",
    ),
    rule(
        "new_role",
        _ROLE,
        r"(?:отныне|с\ этого\ момента|теперь)\s+ты\s+(?:—|-|отвечаешь|будешь|должен|являешься)"
        r"|(?:从现在(?:起|开始)|從現在起|现在)[，,]?你(?:是|要|必须|只能|将|扮演)|你现在是一个|今から(?:あなたは|君は)",
        marks="отныне момента теперь 现在 從現在 今から",
    ),
    rule(
        "answer_control",
        _DICTATES,
        r"\bantworte(?:n\ sie)?\s+(?:immer\s+|stets\s+)?(?:nur|ausschließlich)\s+(?:noch\s+)?(?:mit|auf)\b"
        r"|\b(?:réponds|répondez)\s+(?:toujours\s+)?(?:uniquement|seulement|exclusivement)\s+(?:par|avec|en)\b"
        r"|\bresponda?\s+(?:siempre\s+)?(?:solo|sólo|únicamente|solamente|apenas)\s+(?:con|en|com)\b"
        r"|\bresponde\s+(?:siempre\s+)?(?:solo|sólo|únicamente|solamente|apenas)\s+(?:con|en|com)\b"
        r"|\brispondi\s+(?:sempre\s+)?(?:solo|soltanto|esclusivamente)\s+(?:con|in)\b",
        words="antworte antworten réponds répondez responde responda rispondi & nur ausschließlich uniquement "
        "seulement "
        "exclusivement solo sólo únicamente solamente apenas soltanto esclusivamente",
    ),
    rule(
        "answer_control",
        _DICTATES,
        r"(?:отвечай|ответь)\s+(?:всегда\s+)?только|(?:只能?|仅)(?:回答|回复)(?:[“\"「]|：|:)",
        marks="отвечай ответь 回答 回复",
    ),
)
