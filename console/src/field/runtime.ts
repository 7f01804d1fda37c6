/**
 * What runs while an agent's page is open: the store, the sending, the streaming, the asking where one is. One for the agent who is signed
 * in on this phone, whether or not there is a network. Pages call its verbs; each is durable before it returns.
 */
import { answer } from '../api/client'
import { ApiError, Unreachable, explain } from '../api/problem'
import { isAlone, laneOf, type Body } from './model/body'
import { readOffer } from './model/contract'
import type { Day, Directory, Offer } from './model/day'
import { added, merged, told } from './model/offers'
import { uuid7 } from './model/uuid7'
import { onLeftElsewhere, onSessionElsewhere, verify, type Verdict } from './session'
import { EMPTY_QUEUE, initial, placeOf, show, useField, type Person } from './state'
import { dropDb, openDb, PhoneIsFull } from './store/db'
import { Store, type NewFile } from './store/store'
import { UNKNOWN, learned, learnedCoarsely, setBack, type ClockReading } from './sync/clock'
import { Once } from './sync/once'
import { fetchCustomers, fetchDay, fetchOffers, perform } from './sync/server'
import { Uploader, aloneByLock } from './sync/uploader'
import { Backlog, type Fix } from './track/backlog'
import { StreamDriver } from './track/driver'
import { Recorder } from './track/recorder'
import { askToBeWoken, keepGround } from './worker/register'

const DAY = 'day'
const CLOCK = 'clock'
const DEVICE = 'device'
const DIRECTORY = 'directory'
const OFFERS = 'offers'
/** Customers come and go by the week. */
const DIRECTORY_FRESH_MS = 6 * 3_600_000
/** What was sent stays in sight for so long. */
const SENT_KEPT_MS = 3 * 86_400_000
/** The day is asked for again after this, when nothing tells of a change. */
const DAY_FRESH_MS = 60_000
const LOOK_EVERY_MS = 15_000
/** After something was sent, the day is asked for when the sending has paused for this long. */
const AFTER_SENDING_MS = 800

export class Runtime {
  readonly #person: Person
  readonly #store: Store<Body>
  readonly #backlog: Backlog
  readonly #uploader: Uploader<Body>
  readonly #recorder: Recorder
  readonly #stop = new AbortController()
  readonly #verdict: (verdict: Verdict) => void
  #stream: StreamDriver | null = null
  #clock: ClockReading = UNKNOWN
  #look: { wall_ms: number; monotonic_ms: number } = { wall_ms: Date.now(), monotonic_ms: performance.now() }
  #device = ''
  #lookers = 0
  #fetching: Promise<void> | null = null
  #verifying: Promise<boolean> | null = null
  #isVerified = false
  #soon: ReturnType<typeof setTimeout> | undefined
  readonly #once = new Once<string>()

  private constructor(person: Person, store: Store<Body>, verdict: (verdict: Verdict) => void) {
    this.#person = person
    this.#verdict = verdict
    this.#store = store
    this.#backlog = new Backlog(store.db)
    this.#uploader = new Uploader<Body>({
      store, perform: (work, bytes) => perform(answer, { agent: person.agent, device: this.#device }, work, bytes, (response, asked_ms) => this.#heard(response, asked_ms)),
      alone: aloneByLock(`salessync.field.upload.${person.agent}`), now_ms: () => this.now_ms(), roll: Math.random,
      progress: (progress) => {
        show({ progress, mustSignIn: progress === 'stuck' ? true : useField.getState().mustSignIn })
      },
      settled: () => this.#refreshSoon(),
    })
    this.#recorder = new Recorder({
      reading: (fix) => show({ reading: { lat: fix.lat, lon: fix.lon, accuracy_m: fix.accuracy_m ?? null, at_ms: fix.recorded_at } }),
      keep: (fix) => void this.#keepFix(fix),
      gps: (gps) => show({ gps }),
      now_ms: (phone_ms) => phone_ms + this.#clock.offset_ms,
    })
  }

  /** `verdict`: told when the session turns out to be somebody else's. */
  static async open(person: Person, verdict: (verdict: Verdict) => void): Promise<Runtime> {
    const db = await openDb(person.agent)
    const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`salessync.field.${person.agent}`)
    const runtime = new Runtime(person, new Store<Body>(db, channel), verdict)
    await runtime.#begin()
    return runtime
  }

  async #begin(): Promise<void> {
    const { signal } = this.#stop
    this.#clock = (await this.#store.kept<ClockReading>(CLOCK)) ?? UNKNOWN
    const day = (await this.#store.kept<Day>(DAY)) ?? null
    const directory = (await this.#store.kept<Directory>(DIRECTORY)) ?? null
    show({ ...initial, person: this.#person, clock: this.#clock, day, directory, offers: (await this.#store.kept<Offer[]>(OFFERS)) ?? [], queue: await this.#store.queue(), fixesWaiting: await this.#backlog.count(), isReady: true })
    this.#store.onChange(() => void this.#reread())
    await this.#store.prune(this.now_ms() - SENT_KEPT_MS)
    this.#device = await this.#deviceName()
    this.#applyDuty()
    onSessionElsewhere(() => void this.#verify(), signal)
    onLeftElsewhere(() => location.replace('/field'), signal)
    addEventListener('online', () => this.#back(), { signal })
    addEventListener('offline', () => show({ isOnline: false }), { signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#back(), { signal })
    const timer = setInterval(() => this.#lookAround(), LOOK_EVERY_MS)
    signal.addEventListener('abort', () => clearInterval(timer))
    void navigator.storage?.persist?.().then((isPersistent) => show({ isPersistent }), () => undefined)
    void this.refresh()
  }

  /** Nothing is sent before the server has said whose session it is. */
  #verify(): Promise<boolean> {
    this.#verifying ??= verify(this.#person).then((verdict) => {
      if (this.#stop.signal.aborted) return false
      switch (verdict.kind) {
        case 'same':
          show({ mustSignIn: false })
          if (!this.#isVerified) {
            this.#isVerified = true
            this.#uploader.start()
            void this.#streamAlone(this.#device)
            void keepGround().catch(() => undefined)
          }
          return true
        case 'out':
          show({ mustSignIn: true })
          return false
        case 'unknown':
          show({ isOnline: navigator.onLine, ...(!this.#isVerified && { progress: 'offline' }) })
          return false
        case 'other':
        case 'not_an_agent':
          void this.#uploader.stop()
          this.#stream?.stop()
          this.#verdict(verdict)
          return false
      }
    }).finally(() => {
      this.#verifying = null
    })
    return this.#verifying
  }

  /** Of this page; what lies on the phone stays. */
  async close(): Promise<void> {
    clearTimeout(this.#soon)
    this.#stop.abort()
    this.#recorder.stop()
    this.#stream?.stop()
    await this.#uploader.stop()
    this.#store.close()
  }

  /** The agent leaves this phone: what customers told us goes with them, unless something of it has not been sent. */
  async leave(): Promise<void> {
    const isUnsent = (await this.#unsent()) > 0
    await this.close()
    if (!isUnsent) await dropDb(this.#person.agent)
    show(initial)
  }

  /** How many things were begun and not saved: forms, check-ins, check-outs. */
  begun(): Promise<number> {
    return this.#store.drafts()
  }

  async #unsent(): Promise<number> {
    const { actions } = await this.#store.queue()
    return actions.filter(({ state }) => state !== 'sent').length + (await this.#backlog.count())
  }

  /** The server's time, as far as this phone knows. */
  now_ms(): number {
    return Date.now() + this.#clock.offset_ms
  }

  get store(): Store<Body> {
    return this.#store
  }

  /**
   * Writes down what was done, just now, and sends it when it can; returns its id. Throws `PhoneIsFull`, and then nothing was written. The same
   * once more within a second is a finger that tapped twice, and is one deed.
   */
  act(body: Body, files: readonly NewFile[] = [], draft: string | null = null): Promise<string> {
    const deed = JSON.stringify(body.kind === 'new_visit' ? { ...body, visit: null } : body)
    return this.#once.do(deed, performance.now(), () => this.#act(body, files, draft))
  }

  async #act(body: Body, files: readonly NewFile[], draft: string | null): Promise<string> {
    this.#minded()
    const at_ms = this.now_ms()
    const id = body.kind === 'new_visit' ? body.visit : uuid7(at_ms)
    try {
      await this.#store.add({ id, lane: laneOf(body), at_ms, offset_ms: this.#clock.offset_ms, body }, files, draft)
    } catch (error) {
      if (error instanceof PhoneIsFull) show({ isFull: true })
      throw error
    }
    show({ isFull: false })
    await this.#reread()
    if (body.kind === 'duty') this.#applyDuty()
    this.#holdFixes()
    // For when the page is closed before there is a network.
    void askToBeWoken()
    return id
  }

  retry(seq: number): Promise<void> {
    return this.#store.retry(seq)
  }

  discard(seq: number): Promise<number> {
    return this.#store.discard(seq, isAlone)
  }

  /** Somebody signed in again, or asked. */
  sendNow(): void {
    show({ mustSignIn: false })
    this.#uploader.poke()
    this.#stream?.ask()
    void this.refresh()
  }

  newId(): string {
    return uuid7(this.now_ms())
  }

  /** Asks for the day and the offers; whoever asks at the same time shares it. */
  refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #fetch(): Promise<void> {
    show({ fetching: true })
    try {
      if (!this.#isVerified && !(await this.#verify())) return
      const asked_ms = this.now_ms()
      const day = await fetchDay(answer, this.#person.agent, asked_ms, (response, at) => this.#heard(response, at), useField.getState().day?.ways ?? null)
      await this.#keepDay(day)
      show({ day, fetchError: null, mustSignIn: false, isOnline: true })
      this.#applyDuty()
      const waiting = await fetchOffers(answer, (customer, place) => placeOf(useField.getState(), customer, place))
      if (waiting) await this.#keepOffers(merged(useField.getState().offers, waiting, this.now_ms()))
      await this.#fetchDirectory()
    } catch (error) {
      if (error instanceof PhoneIsFull) show({ isFull: true })
      else if (error instanceof Unreachable) show({ fetchError: null, isOnline: navigator.onLine })
      else if (error instanceof ApiError && error.status === 401) show({ mustSignIn: true })
      else show({ fetchError: explain(error) })
    } finally {
      show({ fetching: false })
    }
  }

  /** A full phone shows the day all the same; it is gone when the page is. */
  async #keepDay(day: Day): Promise<void> {
    try {
      await this.#store.keep(DAY, day)
      show({ isFull: false })
    } catch (error) {
      if (!(error instanceof PhoneIsFull)) throw error
      show({ isFull: true })
    }
  }

  async #keepOffers(offers: readonly Offer[]): Promise<void> {
    show({ offers })
    await this.#store.keep(OFFERS, offers)
  }

  async #fetchDirectory(): Promise<void> {
    const { directory } = useField.getState()
    const now_ms = this.now_ms()
    if (directory && now_ms - directory.fetched_ms < DIRECTORY_FRESH_MS) return
    const fetched: Directory = { fetched_ms: now_ms, customers: await fetchCustomers(answer) }
    await this.#store.keep(DIRECTORY, fetched)
    show({ directory: fetched })
  }

  #refreshSoon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => void this.refresh(), AFTER_SENDING_MS)
  }

  #back(): void {
    show({ isOnline: navigator.onLine })
    this.#minded()
    this.#uploader.poke()
    void this.refresh()
  }

  #lookAround(): void {
    this.#minded()
    const { day } = useField.getState()
    const isOld = day === null || this.now_ms() - day.fetched_ms > DAY_FRESH_MS
    if ((isOld || !this.#isVerified) && document.visibilityState === 'visible' && navigator.onLine) void this.refresh()
  }

  async #reread(): Promise<void> {
    if (this.#stop.signal.aborted) return
    try {
      const [queue, day] = await Promise.all([this.#store.queue(), this.#store.kept<Day>(DAY)])
      const held = useField.getState().day
      show({ queue, ...(day && day.fetched_ms > (held?.fetched_ms ?? 0) && { day }) })
      this.#holdFixes()
    } catch {
      if (!this.#stop.signal.aborted) show({ queue: EMPTY_QUEUE })
    }
  }

  /** On duty where one is is asked for and kept. Off duty it is asked for only while a page shows it, and goes nowhere. */
  #applyDuty(): void {
    const { view } = useField.getState()
    const isOnDuty = view?.duty?.isOn ?? (view !== null && view.duty === null)
    if (isOnDuty || this.#lookers > 0) this.#recorder.start(isOnDuty)
    else this.#recorder.stop()
  }

  /** Fixes wait for the word that the agent is on duty: before it, the server must take them for a time off duty. */
  #holdFixes(): void {
    const { actions } = useField.getState().queue
    this.#stream?.hold(actions.some(({ state, body }) => state === 'waiting' && body.kind === 'duty'))
  }

  /** A page shows where one is; ends with the function it returns. */
  look(): () => void {
    this.#lookers += 1
    this.#applyDuty()
    return () => {
      this.#lookers -= 1
      this.#applyDuty()
    }
  }

  async #keepFix(fix: Fix): Promise<void> {
    try {
      if (await this.#backlog.add(fix)) show({ isThinned: true })
      show({ fixesWaiting: await this.#backlog.count() })
      this.#stream?.fixes()
    } catch (error) {
      if (error instanceof PhoneIsFull) show({ isFull: true })
    }
  }

  /** One tab streams: the server ends the earlier of two connections of the same phone. */
  async #streamAlone(device: string): Promise<void> {
    const stream = new StreamDriver(this.#backlog, this.#person.agent, device, {
      link: (link) => show({ link }),
      backlog: () => void this.#backlog.count().then((fixesWaiting) => show({ fixesWaiting, isThinned: useField.getState().isThinned && fixesWaiting > 0 }), () => undefined),
      clock: (server, asked, answered) => this.#learn(learned(server, asked, answered)),
      news: (of, body) => this.#news(of, body),
      setAside: (reasons) => show({ setAside: reasons }),
      signIn: () => show({ mustSignIn: true }),
    })
    await aloneByLock(`salessync.field.stream.${this.#person.agent}`)(async () => {
      if (this.#stop.signal.aborted) return
      this.#stream = stream
      this.#holdFixes()
      stream.start()
      await new Promise<void>((resolve) => this.#stop.signal.addEventListener('abort', () => resolve()))
    }, this.#stop.signal).catch(() => undefined)
  }

  /** An offer is shown as it comes: its time runs. */
  #news(of: string, body: Record<string, unknown>): void {
    const state = useField.getState()
    switch (of) {
      case 'offer': {
        const offer = readOffer(body as Parameters<typeof readOffer>[0], (customer, place) => placeOf(state, customer, place))
        // Browsers refuse it, with a complaint, until the page was touched.
        if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.([120, 80, 120])
        return void this.#keepOffers(added(state.offers, offer)).catch(() => undefined)
      }
      case 'offer_withdrawn':
      case 'offer_state':
        void this.#keepOffers(told(state.offers, body)).catch(() => undefined)
        return this.#refreshSoon()
      default:
        return this.#refreshSoon()
    }
  }

  async #deviceName(): Promise<string> {
    const held = await this.#store.kept<string>(DEVICE)
    if (held) return held
    const made = `field-${uuid7(Date.now()).slice(-8)}`
    await this.#store.keep(DEVICE, made)
    return made
  }

  #heard(response: Response, asked_ms: number): void {
    const reading = learnedCoarsely(this.#clock, response.headers.get('date'), asked_ms, Date.now())
    if (reading) this.#learn(reading)
  }

  #learn(reading: ClockReading): void {
    this.#clock = reading
    show({ clock: reading })
    void this.#store.keep(CLOCK, reading).catch(() => undefined)
  }

  /** Was the phone's clock set back since the last look? */
  #minded(): void {
    const now = { wall_ms: Date.now(), monotonic_ms: performance.now() }
    const corrected = setBack(this.#clock, this.#look.wall_ms, now.wall_ms, now.monotonic_ms - this.#look.monotonic_ms)
    this.#look = now
    if (corrected !== this.#clock) this.#learn(corrected)
  }
}
