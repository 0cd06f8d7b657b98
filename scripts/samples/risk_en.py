"""Sentence material of risk_en.csv. Everything here was made up for Inkstone; names, numbers and shops do not exist."""

SPACE = " "
COMMA = ", "
JOINERS = [". ", " - ", ", ", "! ", " "]
ENDS = ["!", ".", "!!", " :)", "...", " 🔥", " 😂", "?"]
SHARES = {"normal": 0.3, "advertising": 0.19, "fraud": 0.17, "gambling": 0.13, "vulgar": 0.09, "abuse": 0.12}
HARMLESS = "normal"
HALVES = 0.2
SHORTEST = 14
QUOTED = 0.25
MASKED = 0.2
DISGUISED = 0.3
TERM_SHARE = 0.4

SLOTS = {
    "name": "Anna; Ben; Priya; Tom; Grace; Omar; Lucy; Jack; Mei; Carlos; Ivy; Sam; Nora; Leo; Mr Hale; Dr Reed",
    "city": "Northport; Ashford Bay; Milltown; Greenhill; Westbrook; Kingsley; Lakeside; Redmoor; Stonebridge; Fairview",
    "shop": "Bluebird Bakery; Corner Optics; Maple Fitness; Riverside Books; Tidy Hands; Sunny Pets; Old Oak Furniture; Fresh Basket; Quick Cuts; Star Cinema",
    "goods": "winter jacket; vacuum robot; dash cam; honey; desk lamp; air fryer; running shoes; phone case; smart watch; massage chair; bed linen; coffee beans; toaster; backpack",
    "service": "house cleaning; car insurance; moving; web design; teeth whitening; broadband; roof repair; tax filing; dog walking; lock repair",
    "course": "piano lessons; coding for kids; spoken English; yoga; accounting; photography; driving lessons; swimming",
    "contact": "WhatsApp 000-555-0100; telegram @test_0000; call 0800-000-000; text 55-0000; DM me; email hi@example.test; IG @abc_0000",
    "link": "x.test/k29; go.example/vip; t.example/88; deal.test; login.example.test; ex.test/ab1",
    "money": "$50; $200; $1,500; £30; $9.99; $5,000; £750; $300; $20; $12,000",
    "percent": "20% off; half price; buy one get one; 30% off; free delivery; two for one",
    "time": "tonight; tomorrow; this weekend; by Friday; today only; at 3 pm; on Saturday; next week",
    "bank": "Union Trust Bank; First Harbor Bank; Civic Savings; Northern Credit",
    "app": "Chatter; ShopNow; Loop; Streamy; PayQuick",
    "team": "Red Foxes; Harbor United; Iron Tower; North Stars; City Gulls",
    "game": "Castle Quest; Block World; Farm Diary; Last Voyage",
    "dish": "ramen; lasagna; fish and chips; dumplings; tacos; burgers; curry",
    "insult": "idiot; moron; loser; clown; waste of space; pathetic liar; brainless fool; jerk; coward; stupid pig; scumbag",
    "film": "The Long Lamp; Winter Letters; Platform Nine Below; Southern Wall; Old Mountains",
}

OPENERS = """Hi,
Hello,
Hey {name},
Dear customer,
Notice:
[{shop}]
[{app}]
Guys,
Sorry to bother you,
FYI,
Urgent:
Honestly,
Good morning,
Quick one:
Reminder:
Team,
"""

CLOSERS = """{contact}
more at {link}
reply STOP to opt out
thanks
see you {time}
ask {name}
limited places
let me know
no rush
tell your friends
what do you think
have a nice day
offer ends {time}
lol
cheers
check {link}
"""

CORES = {
    "advertising": """{shop} opens {time}, {percent} on everything, free {goods} for the first fifty guests
Fresh {goods} straight from the farm, {money} a box, delivered to {city}
Need {service}, our local team is here, book {time} and save {money}
First class of {course} is free, small groups, friendly teachers
Clearance on {goods}, {percent}, last sizes
Members day at {shop}, top up {money} and get {money} extra
New flats in {city} ready to view, deposits from {money}, come {time}
Your coupon for a {goods} expires {time}, open {app} to use it
We buy old phones and laptops, best price in {city}, we collect
Wedding photos from {money}, all files included, book {time}
Try the new {dish} at {shop}, show this text for {percent}
Office space to rent in {city}, furnished, near the station
Join our gym for {money} a month, bring a friend, get a free trainer session
Become a reseller of {goods}, no stock needed, we ship for you
Weekend trip to {city}, {money} with lunch and tickets
Season sale on {app}, {goods} only {money}, {percent}
Get more followers for your shop, {money} per thousand, real accounts
{service} done right, ten years in {city}, free quote
{shop} is hiring two baristas, {money} a week, meals included
Home loans from a licensed bank, low rates, quick answer
Presale for {film}, book with {app}, {percent}
Our {goods} helps seniors sleep, customers love it
Subscribe to {app}, first month {money}, cancel anytime
{course} starting {time}, early birds get {percent}
""",
    "fraud": """Your {bank} account is locked, verify within two hours at {link}, or lose access
This is {bank}, your loan of {money} is approved, pay a {money} fee first
You won second prize on {app}, {money} waits for you, pay the release fee
Your parcel is lost, we refund double, send your card number and code
Mum, my phone broke, this is my new number, please send {money} now
It is your boss, I am in a meeting, buy gift cards for {money} and send me the codes
Your health card was suspended, update your identity at {link}
Like videos and earn {money} a day, deposit {money} to unlock tasks, get everything back
Inside tip, this coin doubles {time}, send funds to my wallet, I cover losses
You are named in a money laundering case, move your savings to the safe account
No credit check, instant {money}, just show a transfer to prove you can repay
Refund for your {goods}, our agent needs remote access and your passcode
Customs holds a package with your name, settle the fine of {money} today
My late husband left {money}, I need an honest person, you keep a third
Toll unpaid, pay {money} at {link} to avoid a penalty
Tax rebate of {money} is ready, enter your card and pin
We buy your bank cards and sim cards, {money} each, paid daily
Withdrawal failed because of a wrong digit, deposit {money} to unfreeze your balance
School fees must be paid now, the new account number is below, {money}
Your {app} subscription will renew for {money}, call to cancel and read us the code
Invest in {goods} farming, {money} a share, guaranteed buyback
Rent this lovely flat in {city}, owner abroad, wire the deposit for the keys
Cheap {game} account, outside the platform, deposit {money} first
I am a doctor overseas, I sent you a gift, just pay {money} for customs
""",
    "gambling": """{team} against {team}, odds open {time}, deposit {money} and we match it
Live dealers all night, first deposit bonus {money}, instant payout
Sure formula for baccarat, follow {name}, {money} a day
Slots are hot, sign up and spin {money} free
Poker table {time}, small blinds, bring {money}
Football tips with five wins in a row, stake {money}, join the channel
Agents wanted for a betting site, half of the revenue, paid daily
Roulette every three minutes, double your stake, cash in and out with me
{team} to win, nine to one, put {money} on it
Parlay of the day, {team} and over two goals, back it big
Lost yesterday, our plan wins it back, pay only after you win
Lucky wheel for {money} a turn, jackpot a hundred times
Crypto casino, no limits, withdraw in coins, {link}
Private card game in {city}, {money} a hand, one seat left
In play bet {time}, {team} unbeaten, six of seven right
Esports odds just moved, {team} takes map one, load up
Loyal players get cashback, no rollover, VIP host around the clock
Bingo with real prizes, buy in {money}, {app} room
Horses at {city}, my pick pays eight to one, stake {money}
Top up {money}, get rescue chips if you bust
""",
    "vulgar": """Lonely in {city} tonight, looking for a man, no strings
Private photos of a girl from {city}, {money} unlocks the album
Adult live show is on, {app}, you will not believe it
Full service massage, young girls, hotel visits in {city}
Uncensored clips daily, join the group, {money} forever
Hot wives near you want to meet, discreet, {link}
Video call without clothes, {money} first
Student needs cash, one night {money}, can stay over
Deleted scenes of {film}, nothing covered, ask for the file
Come over, the room is booked, I am already in bed
Naughty jokes and spicy pics, eighteen plus only
Want to see what is under this {goods}, subscribe
Escort available {time}, satisfaction promised, {contact}
She forgot the camera was on, watch at {link}
Sugar daddy wanted, {money} a month, be generous
Dirty chat with me, I do anything you say
""",
    "abuse": """You are such a {insult}, stop talking
{name} is a {insult}, everyone knows it
Get lost, looking at you makes me sick
Did nobody raise you, {insult}
Only a {insult} would post this
You look like garbage, delete that photo
People from {city} are all the same, dirty and dumb
Worst player ever, uninstall, {insult}
A pig has more brains than you
Shut your mouth, {insult}
The singer should quit, sounds like a dying cat
Fat slob, how much {dish} did you eat
You cannot even afford a {goods}, beggar
{team} fans are trash, you deserve to lose
Move, old hag, you block the seat
Learn to write, {insult}, this is rubbish
Calling you a {insult} is too kind
I will slap you next time, {insult}
The owner of {shop} is a {insult}, hope it burns down
Women cannot drive, go back to the kitchen, {insult}
Nobody likes you, nobody ever will
The director of {film} is brain dead, total {insult}
""",
    "normal": """{name}, lunch {time}, I feel like {dish}
Your parcel is at {shop}, bring your ID
{film} was good, the end felt rushed
Rain in {city} {time}, take an umbrella
Mum I arrived, the train was late, start dinner without me
The meeting moved to {time}, same room, bring the report
I have used this {goods} for six months, it works, a bit loud
Homework is done, {course} is {time}
Dear teacher, {name} has a fever, she stays home today
{team} won in extra time, what a game
The lift is broken, they fix it {time}
When does {shop} close, is there parking
{game} crashes since the update, anyone else
Your technician for {service} arrives {time}, please keep your phone on
Card ending 0000 was charged {money}, if this was not you call {bank}
Your code is 000000, never share it with anyone
{bank} reminds you, we never ask for your pin, do not open strange links
Police warn of callers who pose as {bank}, a man lost {money}
Anyone who asks for a fee before a loan is a scammer, hang up
The library runs a talk on scams {time}, tea and {goods} to win
Dad almost sent {money} to a fake agent, we stopped him
Police in {city} closed an illegal betting ring, chips and books were seized
The museum shows old dice and playing cards, lovely exhibit
Poker for matchsticks at my place {time}, loser washes up
My son spends hours on {game}, how do you set limits
Someone sells a {goods} for {money}, is that a fair price
The queue at {shop} was two hours, {dish} was average
Giving away my old {goods}, pick up in {city}, no money
Too many ads in {app}, a minute before each video
He called her names, please report it, do not answer him
The hero is called a loser at first, then he grows, I cried
The sex education class is {time}, parents please sign
Massage for my back pain helped, the clinic is near {city}
We have a date on Saturday, what should I wear
Markets fell, I keep my savings in the bank
My fund lost {money}, no more tips from strangers
Is this text a scam, it says my points expire
We want a mortgage, what rate does {bank} offer
Guess the score of {team} against {team}, winner gets coffee
{name} owes me {money}, he pays back {time}
The parcel got lost, they refunded {money}, no trouble
I won a {goods} at the office raffle
The boss asked me to pay the taxi, I get it back {time}
Trash goes out {time}, green bin for food
""",
}

QUOTING = """I got this text: "{core}", is it real
Someone keeps sending "{core}", how do I block it
Reported a post that said "{core}"
Example from the safety class: "{core}", just hang up
The moderator removed "{core}", please be kind
My grandma received "{core}", I blocked the number
There is a line in the novel, "{core}", so well written
The host read out "{core}" and told people not to believe it
"""

MASKING = """The news warns of scams, we are different, {core}
Not an ad, just sharing, {core}
Checked by the police, all legal, {core}
I do not like to be rude, but {core}
Nice chat yesterday, by the way, {core}
I was afraid of scams too, then it worked, {core}
Sorry admin, posting once, {core}
The kids are asleep, {core}
"""

DISGUISES = {
    "free": "fr3e f.r.e.e",
    "money": "m0ney mon€y",
    "bet": "b3t b.e.t",
    "casino": "cas1no c@sino",
    "loan": "l0an lo.an",
    "win": "w1n",
    "bonus": "b0nus",
    "girl": "g1rl",
    "video": "vid3o vidéo",
    "idiot": "id1ot",
    "stupid": "stup1d",
    "trash": "tr@sh",
    "account": "acc0unt",
    "deposit": "dep0sit",
    "poker": "p0ker",
}

FRAMES = """{term}, starting {time}
Anyone here into {term}
About {term}
{name} recommends {term}
{term}, {money}
Let us talk about {term} {time}
{term} again
{term} in {city}
Looking for {term}
Is there still {term}, {name} asks
As I said, {term}, see {link}
{time} there is {term}
All about {term} lately
First come first served, {term}
My first time with {term}
{term}, better than at {shop}
Do not ask, {term}, {money}
Pass it on, {term}
I have {term}, and you
{term}, ask for {name}
"""

OWN_FRAMES = {
    "abuse": """{name}, you {term}
Oh look, a {term}
You again, {term}
Stay away from me, {term}
Who let this {term} in
Ignore him, just a {term}
{city} is full of {term} types
Stop pretending, {term}
I mean you, {term}
Met a {term} in {game}
"""
}

TERMS = {
    "advertising": """office chairs outlet; custom curtains; water filter refills; nail salon vouchers; home makeover quotes; logo printing; pet boarding; studio portraits; mattress sale;
wholesale wine; tyre discounts; grand opening; loyalty points; private tutoring; summer camp places; venue hire; forklift rental; trademark filing; flower delivery; bubble tea franchise;
school uniforms to order; camera installation; pipe unblocking; reading glasses offer; gold purchase; car wrapping; pool passes; solar panels; printer leasing; sign making; wedding hosts;
live shop set-up; slimming camp; skin care samples; tea gift boxes; charter bus; spa package; holiday cottages; shop lease; carpet cleaning; garden design; meal kits; hair extensions; laptop refurbishing""",
    "fraud": """account release fee; prize notary cost; grant refund portal; credit repair; pre-IPO shares; safe wallet transfer; screen sharing refund; flight refund agent; exam answers guaranteed;
insurance clawback link; parcel clearance fee; military purchase order; urgent wire for the boss; hospital deposit request; double refund desk; subscription cancel hotline; money mule shifts; dormant account release;
relief fund sign-up; coin arbitrage; teacher who doubles funds; half price fuel cards; care home shares; antique auction advance; romance transfer; card debt removal; wage subsidy code; audit summons;
line suspension check; arrest warrant settlement; student loan wipe; limit raising by transfers; bank app renewal; medical crowdfunding code; cashback task list; free phone postage; fake escrow; inheritance claim; gift card codes; crypto recovery""",
    "gambling": """blackjack night; three card brag; roulette room; baccarat shoe; fish shooting credits; dragon tiger; dice table; pai gow; hold'em freeroll; asian handicap; over under lines; correct score; live odds;
horse tips; keno draw; scratch bundle; lotto syndicate; dealer jobs; chip exchange; high roller suite; offshore book; esports book; cash-out trick; cold odds; parlay slip; tipster channel; rollover ten times; reload bonus; jackpot screenshot; free spins;
banker streak; card counting; house edge; stake plan; comeback plan; sure banker; betting exchange; sportsbook agent; bingo hall; video poker""",
    "vulgar": """late night cam; unlocked album; uncensored folder; hookup list; body rub; lingerie shoot; nude call; lonely wives; one night group; private pics; wet stream; steamy stories; adult toys trial; swingers club;
sugar arrangement; call girls; gentlemen club; full package; midnight movies; peeping clips; bed pics; curvy girls; no clothes stream; dirty voice notes; sexting partner; car meet; stockings pics; escort menu; happy ending; stripper booking; hotel card""",
    "abuse": """brainless lump; dirty dog; old creep; shameless fake; worm; animal; nutcase; sneaky witch; dimwit; chicken; hillbilly; little punk; bastard; foul mouth; poor rat; ugly mug; fat pig; stray dog; troublemaker; thick skinned toad;
old hag; spineless snake; lowlife; human trash; disgrace; parasite; blind bat; pig brain; empty barrel; turtle; ungrateful wolf; beggar; donkey; village fool; drama queen; basement dweller; fraud of a man; crybaby; punchable face; psycho""",
    "normal": """dance contest; curtain washing; filter change; chipped nails; pet vaccines; camp letter; team photos; trademark homework; opening rehearsal; parents evening; class photo; licence renewal; refund arrived; subsidy rules; grant results;
credit report basics; scam leaflet; crime drama; parcel claims; insurance forms; slow customs; day off; hospital visit; bus code; coin news; antique fair; crowdfunded library; bed at nine; dice for kids; race track photos; wheel of names; noisy card players;
card tricks; lottery shop closing; world cup upset; referee course; esports club; points swap; substitute teacher; plate screws; late night diner; portrait show; life drawing; swimwear order; neck massage; uniform pickup; film festival; photo captions;
lecture recording; toy test; marriage talk; health picture book; hotel review; foot bath care; runway walk; stray dogs rescue; neurology visit; pig farm; toad diary; snake plant; turtle winter; green tea; studio flat; donkey sanctuary; bat survey; wolf story; worm compost; rat control advice; drama club; water cut; shoe repair; library card; overtime dinner; power bill; morning run""",
}
