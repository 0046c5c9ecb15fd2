const listed = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/u))

/** Stand before a name; compared in lower case, without full stops. What may be a name as well (Gen, Don) is not here. */
export const titles = listed(`
  dr dra drs dring drmed drphil doctor docteur prof profdr professor professeur mr mrs ms miss mx mister sir madam dame
  herr frau mme mlle madame monsieur sr sra srta senor señor señora dott dottssa dottore avv geom rag ing ir engr eng er
  adv advocate atty attorney arq dipl dr-ing dipl-ing diplom-ingenieur magister mgr bc judr mudr mddr mvdr phdr paeddr rndr
  pharmdr thdr rev revd reverend rabbi maulana sheikh shaikh sheik shaykh shri shree
  smt shrimati pandit ustad ustadh haji hajji hajj alhaji alhaja datuk dato dato' capt captain col colonel lt sgt
  cmdr hon ambassador senator ceo cto cfo coo cmo founder cofounder co-founder coach ca phd mba
  д-р др проф доктор профессор г-н г-жа господин госпожа инж κος κα δρ καθ ד״ר ד"ר פרופ׳ פרופ' עו״ד עו"ד מר גב׳
  دكتور الدكتور الدكتورة دکتر مهندس المهندس استاذ الأستاذ الاستاذ الشيخ डॉ डा श्री श्रीमती सुश्री प्रो ดร คุณ
`)

/** After a title: `Dr. med.`, `Dr. rer. nat.`. As they are written, for Phil is a name. */
export const faculties = listed('med rer nat phil habil jur iur oec pol theol vet dent')

/** Never a first name by themselves; with the next word they may be one, which only LinkedIn's own first name tells. */
export const particles = listed(`
  abd abdal abdel abdol abdoul abdul abdur abdus abu abou aboo umm bin ibn bint bani al el ul ur ud as ash ar at the
  van von vom zu zum zur van't de del della dello delle degli di da das do dos du des der den la le les lo los las
  ter ten te tot af av st ste saint san santa santo mac mc nic ní o
  md mohd muhd muh mst sri dj mc lord lady major pastor bishop imam mufti hafiz swami arch mag fr
  عبد ابو أبو أبي ابي ابن بن بنت ام أم ال آل ذو الحاج السيد السيدة בן בת אבו бин ибн абу аль эль фон ван де
`)

/** One of these anywhere, and nobody is greeted by a first name; compared in lower case, without full stops. */
export const organisations = listed(`
  inc llc llp ltd limited plc gmbh mbh kgaa ohg sarl sàrl spa srl srls sro spzoo doo ood eood ltda eirl oyj aps pty
  pte pvt gbr gesmbh ооо оао зао ип
  the team teams group groupe gruppe grupo gruppo grup corp corporation company companies compagnie enterprise enterprises
  holding holdings industries industry international global worldwide association associates society institute institut
  instituto istituto foundation fondation fundación fondazione stiftung verein verband academy akademie académie academia
  university universität université universidad universidade università college school schule escuela hochschule
  hospital clinic klinik center centre zentrum club community network networks bank banque banco capital ventures invest
  investment investments finance financial insurance partners consulting consultants consultancy advisory advisors solutions
  services service systems technologies technology tech digital software soft labs lab studio studios agency agentur agence
  agencia agenzia media marketing publishing productions records events travel tours hotel restaurant shop store realty
  properties logistics trading engineering design designs creative recruiting recruitment recruiters staffing talent talents
  hr careers career jobs job hiring sales support official office news magazine podcast radio tv customer helpdesk
  linkedin member mitglied membre miembro user usuario account konto anonymous unknown undefined admin administrator info
  contact noreply test family familie famille familia
  and und et og och
`)

/** Short legal forms that are also names or words: meant only where they are written like this. */
export const legalForms = listed('SA SE AS ASA SAS AB AG KG UG NV BV CV PT LP EG EV Oy Co CO KK eV eK eG Sp')

/**
 * Family names of people who often write them first. Before anything that is no such name, nobody can tell that it is
 * a first name. What is as common as a first name (Kim, Lee, Mai, Lin) is not here.
 */
export const familyNames = listed(`
  nguyễn nguyen trần tran lê le phạm pham hoàng hoang huỳnh huynh phan vũ vu võ vo đặng dang bùi bui đỗ do hồ ho ngô ngo
  dương duong lý ly đinh dinh trịnh trinh đoàn doan lâm trương truong đào tạ phùng phung quách vương vuong kiều triệu lương
  wang zhang zhao zhou zhu zheng zhong liu chen chan yang huang xu xie xiao guo gao luo liang tang cao deng feng zeng peng pan
  yuan jiang qian wu li ng wong cheung leung kwok lau tsai hsu hsieh
  park choi choe kang hwang kwon yoon jeong jang moon
  nagy kovács kovacs tóth toth szabó szabo horváth horvath varga kiss molnár németh nemeth farkas balogh papp takács juhász
  lakatos mészáros oláh rácz fekete szilágyi
`)

/** Vietnamese middle names: what stands before one is the family. */
export const middleNames = listed('văn thị thi')

/** `Иванов`, `Ivanova`; not `Яков`, `Jakov`. */
export const slavicFamily = /^\p{L}{2,}(?:[^кk]ов|ова|[сц]кий|[сц]кая|енко|[^k]ov|ova|enko|[st]skaya|[st]k[iy]y)$/iu

/** `Иванович`, `Ivanovna`: with two names before it, the first of them is the family. */
export const patronymic = /(?:ович|евич|овна|евна|ична|ovich|evich|ovna|evna)$/iu

/** `Kim Min-jun`: two syllables joined make a Korean first name, which stands last. */
export const koreanOrder = /^(?:kim|lee|lim|han|shin|song|seo|oh|bae|shim|ryu) \p{L}{2,5}-\p{L}{2,5}$/iu
