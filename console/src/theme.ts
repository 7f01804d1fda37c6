/** Light, dark, or as the system says; kept in localStorage and written to `<html data-theme>`. */
import { create } from 'zustand'

const STORAGE_KEY = 'salessync.theme'
export type ThemeChoice = 'light' | 'dark' | 'system'
export type Theme = 'light' | 'dark'

const systemDark = matchMedia('(prefers-color-scheme: dark)')

type ThemeStore = { choice: ThemeChoice; theme: Theme; choose: (choice: ThemeChoice) => void }

export const useTheme = create<ThemeStore>()((set) => ({
  choice: restore(),
  theme: resolve(restore()),
  choose: (choice) => {
    localStorage.setItem(STORAGE_KEY, choice)
    set({ choice, theme: resolve(choice) })
  },
}))

function restore(): ThemeChoice {
  const held = localStorage.getItem(STORAGE_KEY)
  return held === 'light' || held === 'dark' ? held : 'system'
}

function resolve(choice: ThemeChoice): Theme {
  return choice === 'system' ? (systemDark.matches ? 'dark' : 'light') : choice
}

function paint(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', theme === 'dark' ? '#0e1116' : '#ffffff')
}

systemDark.addEventListener('change', () => {
  useTheme.setState(({ choice }) => ({ theme: resolve(choice) }))
})
useTheme.subscribe(({ theme }) => paint(theme))
paint(useTheme.getState().theme)
