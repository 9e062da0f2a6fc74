// Package price computes the price of time in trade credit: early-payment discount
// (escompte pour règlement anticipé), longer terms, deposits (acomptes), and what two
// credit policies are worth beside each other.
//
// # What it answers
//
// What does a discount cost the seller and bring the buyer by year ([AnnualisedCost])?
// Which discount breaks even at a cost of funds ([BreakEven]), which is the most a seller
// can give ([SellerMaximum]), and which rate should stand in the terms of sale
// ([ChooseRate])? What must a price be for longer terms ([ForLongerTerms]), what does a
// deposit save ([DepositBenefit]), and is a change of credit policy worth it ([Compare])?
//
// # Conventions
//
//   - A rate is a fraction: 0.02 is 2 percent. "2 percent" of discount has two meanings that
//     differ by a factor of up to twelve, so they are two types: [FlatDiscount] and
//     [AnnualDiscount]. Neither is bank discounting (escompte bancaire).
//   - Days gained are the days from the day of payment with discount to the day on which
//     the buyer would pay otherwise: the due date, or later if he pays late.
//   - The year basis (360, 365, 366) is always an argument.
//   - Amounts are exact and are rounded where asked for ([receivables.Figure.Money]);
//     powers are computed to more digits than a figure keeps.
//   - What cannot be computed has a status, never 0: a year without days, a discount of
//     100 percent, a probability outside 0 to 1.
package price
