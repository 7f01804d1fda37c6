import type { PhoneApp } from '../../api/types'

/** The apps a phone can be set up with, the one most people should take first. */
export const APPS: readonly { app: PhoneApp; name: string; hint: string }[] = [
  { app: 'traccar_client', name: 'Traccar Client', hint: 'Android and iOS. Scan the code, and it runs.' },
  { app: 'owntracks', name: 'OwnTracks', hint: 'Android and iOS. Sends when it moves, sips the battery.' },
  { app: 'overland', name: 'Overland', hint: 'iOS. Collects while offline and sends in batches.' },
  { app: 'gpslogger', name: 'GPSLogger', hint: 'Android. Logs to files and to a custom URL.' },
  { app: 'osmand', name: 'OsmAnd', hint: 'Maps and navigation with online tracking.' },
  { app: 'other', name: 'Something else', hint: 'Anything that speaks the OsmAnd protocol.' },
]

export const nameOf = (app: PhoneApp): string => APPS.find((known) => known.app === app)?.name ?? app

/** How the app is told. One step a line; what is to be copied stands below them. */
export const STEPS: Record<PhoneApp, readonly string[]> = {
  traccar_client: ['Install Traccar Client on the phone.', 'Scan the code from the app’s settings, or open the link on the phone.', 'Or enter the device identifier and the server URL by hand. Then switch tracking on.'],
  owntracks: ['Install OwnTracks on the phone.', 'Scan the code with the phone’s camera, or open the link on the phone, and import the configuration.', 'Or choose HTTP mode and enter URL, user name and password by hand.'],
  overland: ['Install Overland on the iPhone.', 'Scan the code with the camera, or open the link on the phone.', 'Or enter URL and token by hand, then switch tracking on.'],
  gpslogger: ['In GPSLogger open Logging details, Log to custom URL.', 'Scan the code to have the URL on the phone, and paste it as it is.'],
  osmand: ['In OsmAnd open Plugins, Trip recording, Online tracking.', 'Scan the code to have the web address on the phone, and paste it as it is.'],
  other: ['Send the position to this address, as a query or a form: lat, lon, timestamp, speed, bearing, altitude, accuracy, batt.'],
}
