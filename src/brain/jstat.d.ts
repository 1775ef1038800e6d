/** The part of jstat's interface that distributions.ts uses; the package ships no types. */
declare module 'jstat' {
  interface Distribution2 {
    cdf(x: number, a: number, b: number): number;
    inv(p: number, a: number, b: number): number;
  }
  interface Distribution1 {
    cdf(x: number, a: number): number;
    inv(p: number, a: number): number;
  }
  const library: {
    jStat: {
      normal: Distribution2;
      studentt: Distribution1;
      chisquare: Distribution1;
    };
  };
  export default library;
}
