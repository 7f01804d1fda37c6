type Missing<Member, List extends readonly unknown[]> = Exclude<Member, List[number]>

/** The members of a union as a list, in the order given. The compiler refuses one that the union does not have, and names one it lacks. */
export const everyOf =
  <Member extends string>() =>
  <const List extends readonly Member[]>(list: List & ([Missing<Member, List>] extends [never] ? unknown : { lacks: Missing<Member, List> })): readonly Member[] => list
