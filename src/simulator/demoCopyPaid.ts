/** Owns the demo's copy for paid media: search, social, film, display and audio. */

/** Id, name, theme, headline, body, call to action, and the claims that the copy makes. */
export type Copy = readonly [
  id: string,
  name: string,
  theme: string,
  headline: string,
  body: string,
  callToAction: string,
  claimIds?: readonly string[],
];

/** Copy of one medium, in the demo's order. */
export const searchCopy: readonly Copy[] = [
  [
    'msg-search-brand',
    'Search: the name',
    'brand',
    'Noonward | Light for Working Days',
    'Desk and rail lights that follow the day. See prices per desk and order a sample kit for your floor.',
    'See prices per desk',
  ],
  [
    'msg-search-glare',
    'Search: glare',
    'focus',
    'Office Lights Without Glare',
    'UGR below 16 at the screen, measured at three desk layouts. Plan your floor online in ten minutes.',
    'Plan your floor',
    ['claim-glare'],
  ],
  [
    'msg-search-energy',
    'Search: energy',
    'energy',
    'Cut Office Lighting Energy',
    'Sensors dim empty desks first. Customers used 38% less lighting energy in the first year.',
    'Get the energy sheet',
    ['claim-energy'],
  ],
  [
    'msg-search-retrofit',
    'Search: retrofit',
    'ease',
    'Retrofit a Floor in One Weekend',
    'Rail mounts on standard ceiling grids. No new wiring, no desk moved on Monday morning.',
    'Book a site check',
    ['claim-retrofit'],
  ],
  [
    'msg-search-compare',
    'Search: comparison',
    'proof',
    'Desk Light or Ceiling Panel?',
    'A plain guide to task light, ambient light and what each costs per desk over ten years.',
    'Read the guide',
  ],
];

/** Copy of one medium, in the demo's order. */
export const socialCopy: readonly Copy[] = [
  [
    'msg-social-three-oclock',
    'Social: three o’clock',
    'focus',
    'Three o’clock should not feel like dusk.',
    'Most offices are lit for cleaning, not for reading. Noonward lights the desk, follows the daylight and leaves the ceiling alone.',
    'See it on a real floor',
  ],
  [
    'msg-social-desk-loop',
    'Social: desk loop film',
    'focus',
    'One desk. One day. No glare.',
    'A twelve-second loop from 8 a.m. to 6 p.m. Watch the light move with the window.',
    'Watch the day',
    ['claim-glare'],
  ],
  [
    'msg-social-empty-desks',
    'Social: empty desks',
    'energy',
    'Half your desks are empty. All your lights are on.',
    'Noonward dims where nobody sits and reports it by floor. Hybrid offices see it on the first bill.',
    'Estimate your floor',
    ['claim-energy'],
  ],
  [
    'msg-social-quiet-upgrade',
    'Social: quiet upgrade',
    'ease',
    'The upgrade nobody had to be told about.',
    'Installed on Saturday, working on Monday. The only e-mail we got was “who changed the light?”',
    'See the weekend plan',
    ['claim-retrofit'],
  ],
  [
    'msg-social-architect',
    'Social: for architects',
    'craft',
    'Specify once. Commission from a phone.',
    'Photometric files, cut sheets and a rail that takes the angle you drew. Samples leave our workshop in four days.',
    'Order a sample kit',
  ],
  [
    'msg-social-people',
    'Social: people leads',
    'wellbeing',
    'Ask your team about the light.',
    'We did, on 41 floors. Start with our two-minute desk survey; it is yours to keep whether you buy or not.',
    'Get the survey',
    ['claim-survey'],
  ],
  [
    'msg-social-arc-launch',
    'Social: Arc launch',
    'launch',
    'New: Noonward Arc',
    'The slim desk light that reads the room. One cable, ten years of spare parts, two finishes.',
    'Meet Arc',
    ['claim-parts'],
  ],
];

/** Copy of one medium, in the demo's order. */
export const filmCopy: readonly Copy[] = [
  [
    'msg-video-window',
    'Video: the window seat',
    'focus',
    'Everyone gets the window seat.',
    'Thirty seconds on one open-plan floor: the fight for the window desk ends when the light is even.',
    'See the floor plan',
  ],
  [
    'msg-video-night-shift',
    'Video: lights out',
    'energy',
    'Who turns off the lights?',
    'A cleaner walks a dark floor that wakes up two desks at a time. Told without a word.',
    'See how it works',
    ['claim-energy'],
  ],
  [
    'msg-video-arc',
    'Video: Arc in use',
    'launch',
    'Arc reads the room.',
    'A close look at the new desk light: one cable, one dial, one quiet motor.',
    'Meet Arc',
    ['claim-parts'],
  ],
  [
    'msg-ctv-window',
    'CTV: the window seat',
    'focus',
    'Everyone gets the window seat.',
    'The thirty-second film for the big screen, with the survey line at the end.',
    'noonward.example',
  ],
  [
    'msg-ctv-weekend',
    'CTV: one weekend',
    'ease',
    'Friday dull. Monday bright.',
    'A floor changes over a weekend in one locked-off shot, with the fitters credited.',
    'noonward.example',
    ['claim-retrofit'],
  ],
];

/** Copy of one medium, in the demo's order. */
export const displayCopy: readonly Copy[] = [
  [
    'msg-display-per-desk',
    'Display: price per desk',
    'price',
    'From €219 a desk',
    'Light, sensor and Console for a year. No tender needed for a pilot floor.',
    'Price your floor',
    ['claim-price'],
  ],
  [
    'msg-display-glare',
    'Display: before and after',
    'focus',
    'Same desk. Same hour.',
    'Left: the ceiling panel. Right: Noonward Rail. Glare measured, not promised.',
    'See the measurement',
    ['claim-glare'],
  ],
  [
    'msg-display-return',
    'Display: come back',
    'reminder',
    'Your floor plan is still here.',
    'You drew it, we kept it. Add desks, change finishes, send it to a colleague.',
    'Open the plan',
  ],
];

/** Copy of one medium, in the demo's order. */
export const audioCopy: readonly Copy[] = [
  [
    'msg-audio-hum',
    'Audio: the hum',
    'focus',
    'Hear that hum? That is your ceiling.',
    'Twenty seconds of an old fluorescent tube, then silence. Noonward. Light for working days.',
    'noonward.example/quiet',
  ],
  [
    'msg-audio-founder',
    'Audio: why we began',
    'brand',
    'We began with one bad desk.',
    'Our founder’s desk faced north under a flickering tube. This is the short version of what happened next.',
    'noonward.example/story',
  ],
];
