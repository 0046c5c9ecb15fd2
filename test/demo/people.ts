import { htmlOnly, type Inviter, textAndHtml } from './cards.ts'

/** Everyone who invites in the demo. */
export const petra = htmlOnly.inviter
export const ingrid = textAndHtml.inviter

/** Who withdrew her invitation and sent it again: a new id, the same person. */
export const petraAgain: Inviter = { ...petra, invitationId: '7361204498126733312' }

export const mateus: Inviter = {
  name: 'Mateus Carvalho',
  vanity: 'mateus-carvalho-7710be2f3',
  invitationId: '7360011874402955264',
  headline: 'Harbour pilot | Tides and timetables',
  location: 'Porto',
  work: 'Harbour pilot from Example Pilots',
}

export const aino: Inviter = {
  name: 'Aino Salmela',
  vanity: 'aino-salmela-4c19d0aa8',
  invitationId: '7360377120954937345',
  headline: 'Packaging engineer at Examplecorp',
  location: 'Turku',
  work: 'Packaging engineer from Examplecorp',
}

export const tobias: Inviter = {
  name: 'Tobias Brandt',
  vanity: 'tobias-brandt-2b66f1e05',
  invitationId: '7360540213377798145',
  headline: 'Einkaufsleiter | Frische und Logistik',
  location: 'Bremen',
  work: 'Einkaufsleiter, Beispiel Feinkost,',
}

export const amara: Inviter = {
  name: 'Amara Okafor',
  vanity: 'amara-okafor-90cd3e714',
  invitationId: '7360812744105156608',
  headline: 'Runs a small roastery',
  location: 'Leeds',
  work: 'Owner from Example Roasters',
}

export const gregor: Inviter = {
  name: 'Gregor Pallister',
  vanity: 'gregor-pallister-1',
  invitationId: '7360944021847736320',
  headline: 'Investor relations',
  location: 'London',
  work: 'Investor from Example Capital',
}

export const vera: Inviter = {
  name: 'Vera Nightingale',
  vanity: 'vera-nightingale-1',
  invitationId: '7361066198323204096',
  headline: 'Talent partner',
  location: 'Dublin',
  work: 'Talent partner from Example Search',
}
