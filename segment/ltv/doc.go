package ltv
