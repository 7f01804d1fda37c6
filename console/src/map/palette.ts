/** The map's colours, one set for every kind of basemap, so that a town and a city extract look like one product. */
import type { Theme } from '../theme'

export type Palette = {
  earth: string; urban: string; park: string; wood: string; water: string; waterLine: string; block: string; sand: string
  building: string; buildingLine: string; rail: string
  road: string; roadCasing: string; major: string; majorCasing: string; motorway: string; motorwayCasing: string; path: string
  border: string
  label: string; labelSoft: string; labelHalo: string; placeLabel: string; waterLabel: string; parkLabel: string; shop: string
}

export const PALETTES: Record<Theme, Palette> = {
  light: {
    earth: '#f4f3ef', urban: '#f4f3ef', park: '#d9ead0', wood: '#cfe3c6', water: '#bcdaea', waterLine: '#a9cde0',
    block: '#eeece6', sand: '#f3ecd6', building: '#e5e2da', buildingLine: '#d8d4ca', rail: '#c9c7c1',
    road: '#ffffff', roadCasing: '#e1ded6', major: '#ffffff', majorCasing: '#d5d1c7',
    motorway: '#fbe3b4', motorwayCasing: '#e6c887', path: '#dcd8cd', border: '#c4bfd0',
    label: '#6b6a66', labelSoft: '#8d8b85', labelHalo: '#ffffff', placeLabel: '#4a4d57',
    waterLabel: '#5c8fb0', parkLabel: '#5f8a55', shop: '#b07d3c',
  },
  dark: {
    earth: '#171b21', urban: '#171b21', park: '#1a2a24', wood: '#1a2c25', water: '#0e2233', waterLine: '#15304a',
    block: '#1b2027', sand: '#23241f', building: '#20262f', buildingLine: '#29303a', rail: '#333a44',
    road: '#2b323c', roadCasing: '#12161b', major: '#363f4b', majorCasing: '#12161b',
    motorway: '#4d4a3d', motorwayCasing: '#16181a', path: '#262d36', border: '#3a3f52',
    label: '#8f99a8', labelSoft: '#6c7684', labelHalo: '#12161b', placeLabel: '#b6bfcc',
    waterLabel: '#4b7ea3', parkLabel: '#55806a', shop: '#b58a52',
  },
}

/** What the fleet is drawn in. The same hues as the CSS variables `--color-moving` and so on; canvases cannot read those. */
export const STATUS_COLOURS: Record<Theme, Record<'moving' | 'idle' | 'stale' | 'offline', string>> = {
  light: { moving: '#0e9f6e', idle: '#e08a0b', stale: '#8066c9', offline: '#8a94a6' },
  dark: { moving: '#2fc48d', idle: '#f2a93b', stale: '#a18be6', offline: '#77818f' },
}

export const OVERLAY: Record<Theme, { ring: string; accent: string; ink: string; halo: string; cluster: string; clusterInk: string }> = {
  light: { ring: '#ffffff', accent: '#2f54eb', ink: '#1b2230', halo: '#ffffff', cluster: '#243047', clusterInk: '#ffffff' },
  dark: { ring: '#0e1116', accent: '#7b96ff', ink: '#eef1f6', halo: '#0e1116', cluster: '#dfe5f1', clusterInk: '#111722' },
}

/** Told apart on either map and by most who see fewer colours; the order in which agents get them. */
export const LINE_COLOURS: Record<Theme, readonly [string, string, string, string, string, string]> = {
  light: ['#2f54eb', '#e0560b', '#0b8a5c', '#c2267a', '#0a84a5', '#8d6b00'],
  dark: ['#7b96ff', '#ff9552', '#3ecf8e', '#f673b0', '#4bc8e4', '#e0bd43'],
}
